//! The SDK beside an agent, below `.flow/sdk`: brought up to date where it is
//! flow's own older copy, left alone where somebody changed it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::error::ScaffoldError;
use crate::{
    languages::language::Language,
    template_file::{TemplateFile, digest},
};

const FOLDER: &str = ".flow/sdk";
/// Holds the digest of the other files as flow wrote them.
const DIGEST: &str = "digest";

/// The language's SDK files and their digest, relative to the agent's folder;
/// nothing where agents need no SDK beside them.
pub(super) fn files(language: &dyn Language) -> Vec<TemplateFile> {
    let mut files = language.sdk();
    if files.is_empty() {
        return files;
    }
    let digest = digest(&mut files);
    files.push((PathBuf::from(DIGEST), format!("{digest}\n").into_bytes()));
    files
        .into_iter()
        .map(|(path, contents)| (Path::new(FOLDER).join(path), contents))
        .collect()
}

/// Replaces the SDK beside the agent at `root` by the language's own, if it is
/// another one and exactly as flow wrote it.
pub(crate) fn refresh_sdk(language: &dyn Language, root: &Path) -> Result<(), ScaffoldError> {
    let folder = root.join(FOLDER);
    let Some(written) = fs::read_to_string(folder.join(DIGEST))
        .ok()
        .and_then(|text| text.trim().parse().ok())
    else {
        return Ok(());
    };
    let own = digest(&mut language.sdk());
    if own == written {
        return Ok(());
    }
    let failed = |source| ScaffoldError::Write {
        path: folder.clone(),
        source,
    };
    let mut there = read(&folder, Path::new("")).map_err(failed)?;
    if digest(&mut there) != written {
        return Ok(());
    }
    replace(language, root, &folder, &there).map_err(failed)
}

/// Writes the new files beside the old ones first: who reads meanwhile sees
/// the old SDK or the new one.
fn replace(
    language: &dyn Language,
    root: &Path,
    folder: &Path,
    old: &[TemplateFile],
) -> io::Result<()> {
    let files = files(language);
    let (digests, sources): (Vec<_>, Vec<_>) =
        files.iter().partition(|(path, _)| path.ends_with(DIGEST));
    // Without it an interrupted replacement counts as changed by somebody, and
    // is never replaced again by mistake.
    fs::remove_file(folder.join(DIGEST))?;
    for (path, contents) in sources.iter().chain(&digests) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        let staging = path.with_added_extension("staging");
        fs::write(&staging, contents)?;
        fs::rename(staging, path)?;
    }
    for (path, _) in old {
        let path = Path::new(FOLDER).join(path);
        if !files.iter().any(|(new, _)| *new == path) {
            fs::remove_file(root.join(path))?;
        }
    }
    Ok(())
}

/// All files below `folder` but the digest, `target` and lock files, which
/// tools write there.
fn read(folder: &Path, below: &Path) -> io::Result<Vec<TemplateFile>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), below.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            if name != "target" {
                files.extend(read(folder, &path)?);
            }
        } else if path != Path::new(DIGEST) && name != "Cargo.lock" {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
