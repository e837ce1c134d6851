//! The files of a workspace: written from a template, and later compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::provider::TemplateFile;

use super::generated;

/// Bytes that are read between two looks at the clock.
const BLOCK: usize = 1 << 20;

/// Refuses paths that lead out of the source folder, and files that are there twice.
pub(super) fn check_paths<'a>(
    files: impl Iterator<Item = &'a TemplateFile>,
) -> Result<(), WorkspaceError> {
    let mut seen = BTreeSet::new();
    for (path, _) in files {
        let inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside || path.to_str().is_none_or(str::is_empty) || !seen.insert(path) {
            return Err(WorkspaceError::TemplatePath { path: path.clone() });
        }
    }
    Ok(())
}

/// Writes the files below `source`, none of which may exist; returns their digests by path.
pub(super) fn write<'a>(
    source: &Path,
    files: impl Iterator<Item = &'a TemplateFile>,
) -> Result<BTreeMap<String, String>, WorkspaceError> {
    let mut digests = BTreeMap::new();
    for (path, contents) in files {
        let target = source.join(path);
        write_new(&target, contents).map_err(WorkspaceError::storage("write", &target))?;
        digests.insert(slashed(path), format!("{:x}", Sha256::digest(contents)));
    }
    Ok(digests)
}

fn write_new(target: &Path, contents: &[u8]) -> io::Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    File::create_new(target)?.write_all(contents)
}

/// What stands for a symlink in the place of a digest.
pub(super) fn link_digest(leads: &Path) -> String {
    format!("link {}", leads.display())
}

/// The digest of a file, or of where a symlink leads.
fn digest(path: &Path, call: &Call<'_>) -> Result<String, WorkspaceError> {
    let failed = |error| WorkspaceError::storage("read", path)(error);
    if fs::symlink_metadata(path).map_err(failed)?.is_symlink() {
        return Ok(link_digest(&fs::read_link(path).map_err(failed)?));
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut sum = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        call.check_time()?;
        let length = file.read(&mut block).map_err(failed)?;
        let bytes = block.get(..length).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(format!("{:x}", sum.finalize()));
        }
        sum.update(bytes);
    }
}

/// The files below `source` that were changed or added since they had `digests`, sorted; what tools
/// made and what git keeps at the top does not count, symlinks are not followed.
pub(super) fn changed(
    source: &Path,
    digests: &BTreeMap<String, String>,
    call: &Call<'_>,
) -> Result<Vec<String>, WorkspaceError> {
    let mut changed = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = source.join(&folder);
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(WorkspaceError::storage("list", &path))? {
            call.check_time()?;
            let (whole, relative) = (entry.path(), folder.join(entry.file_name()));
            let kind = entry.file_type();
            let kind = kind.map_err(WorkspaceError::storage("read", &whole))?;
            if kind.is_dir() {
                // The SDK is brought up to date by every build.
                let is_other = relative == Path::new(".git") || relative.ends_with(".flow/sdk");
                if !is_other && !generated::is_made_folder(&whole) {
                    folders.push(relative);
                }
            } else if !(kind.is_file() || kind.is_symlink())
                || differs(&whole, &relative, digests, call)?
            {
                changed.push(slashed(&relative));
            }
        }
    }
    changed.sort();
    Ok(changed)
}

fn differs(
    path: &Path,
    relative: &Path,
    digests: &BTreeMap<String, String>,
    call: &Call<'_>,
) -> Result<bool, WorkspaceError> {
    match digests.get(&slashed(relative)) {
        Some(known) => Ok(digest(path, call)? != *known),
        None => Ok(!generated::is_made_file(relative)),
    }
}

/// `path` with `/` between its parts on every system.
pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
