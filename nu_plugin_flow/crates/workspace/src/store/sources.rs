//! The files of a workspace: written from a template, and later compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::WorkspaceError;
use crate::provider::TemplateFile;

/// Folders at the top that builds and git fill.
const OUTPUT_FOLDERS: [&str; 3] = ["target", ".flow", ".git"];
/// Files that package managers write beside the sources, wherever a template has none.
const GENERATED: [&str; 4] = ["Cargo.lock", "go.sum", "package-lock.json", "uv.lock"];

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
        digests.insert(slashed(path), hexadecimal(&Sha256::digest(contents)));
    }
    Ok(digests)
}

fn write_new(target: &Path, contents: &[u8]) -> io::Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    File::create_new(target)?.write_all(contents)
}

/// The digest of a file, or of where a symlink leads.
pub(super) fn digest(path: &Path) -> Result<String, WorkspaceError> {
    let failed = WorkspaceError::storage("read", path);
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Err(failed(error)),
    };
    if metadata.is_symlink() {
        let leads = fs::read_link(path).map_err(failed)?;
        return Ok(format!("link {}", leads.display()));
    }
    let contents = fs::read(path).map_err(failed)?;
    Ok(hexadecimal(&Sha256::digest(contents)))
}

/// The files below `source` that were changed or added since they had `digests`, sorted; build
/// outputs and what git keeps do not count, symlinks are not followed.
pub(super) fn changed(
    source: &Path,
    digests: &BTreeMap<String, String>,
) -> Result<Vec<String>, WorkspaceError> {
    let mut changed = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = source.join(&folder);
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(WorkspaceError::storage("list", &path))? {
            let relative = folder.join(entry.file_name());
            let kind = entry.file_type();
            let kind = kind.map_err(WorkspaceError::storage("read", entry.path()))?;
            if kind.is_dir() {
                let output = OUTPUT_FOLDERS
                    .iter()
                    .any(|name| relative == Path::new(name));
                if !output {
                    folders.push(relative);
                }
            } else if !(kind.is_file() || kind.is_symlink())
                || differs(&entry.path(), &relative, digests)?
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
) -> Result<bool, WorkspaceError> {
    let Some(digest) = digests.get(&slashed(relative)) else {
        let name = relative.file_name().and_then(|name| name.to_str());
        return Ok(!name.is_some_and(|name| GENERATED.contains(&name)));
    };
    Ok(self::digest(path)? != *digest)
}

/// `path` with `/` between its parts on every system.
pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
