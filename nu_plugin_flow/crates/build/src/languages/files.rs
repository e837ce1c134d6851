//! The files of an interpreted agent that may go into its bundle.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use crate::plan_error::PlanError;

/// What a reader of the folder met.
type Failed = (PathBuf, io::Error);

/// Bytes of all files together: a bundle is read whole wherever it is run.
const LARGEST: u64 = 32 << 20;

/// Names in the agent's folder that are about it, not of it.
const NOT_OF_IT: [&str; 7] = [
    "agent.toml",
    "package-lock.json",
    "package.json",
    "pylock.toml",
    "pyproject.toml",
    "tsconfig.json",
    "uv.lock",
];

/// All files below `root` by their names, sorted, without what is hidden, what
/// tools made (`__pycache__`, environments, caches), agents of their own, and
/// what is at or below a path in `left_out`.
pub(super) fn of(root: &Path, left_out: &[PathBuf]) -> Result<Vec<String>, Failed> {
    let mut files = Vec::new();
    walk(root, root, left_out, &mut files)?;
    files.sort();
    Ok(files)
}

fn walk(
    root: &Path,
    folder: &Path,
    left_out: &[PathBuf],
    files: &mut Vec<String>,
) -> Result<(), Failed> {
    let failed = |error| (folder.to_owned(), error);
    let entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(failed)?;
    let has = |name: &str| entries.iter().any(|entry| entry.file_name() == name);
    let is_root = folder == root;
    if has("CACHEDIR.TAG") || has("pyvenv.cfg") || (!is_root && has("agent.toml")) {
        return Ok(());
    }
    for entry in &entries {
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            // No module can be called so, and JSON cannot say it.
            continue;
        };
        if name.starts_with('.') || left_out.contains(&path) {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            if !["__pycache__", "node_modules"].contains(&name) {
                walk(root, &path, left_out, files)?;
            }
        } else if path.is_file()
            && !name.ends_with(".pyc")
            && !(is_root && NOT_OF_IT.contains(&name))
        {
            files.extend(path.strip_prefix(root).ok().and_then(self::name));
        }
    }
    Ok(())
}

/// A relative path as a bundle names it.
pub(super) fn name(path: &Path) -> Option<String> {
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// Refuses what is too large for a bundle, from the files' sizes alone.
pub(super) fn check_size(root: &Path, files: &[String]) -> Result<(), PlanError> {
    let size = |file: &String| fs::metadata(root.join(file)).map_or(0, |metadata| metadata.len());
    let sizes: Vec<(u64, &String)> = files.iter().map(|file| (size(file), file)).collect();
    let sum: u64 = sizes.iter().map(|(size, _)| size).sum();
    match sizes.iter().max() {
        Some((size, file)) if sum > LARGEST => Err(PlanError::TooLarge {
            size: sum,
            limit: LARGEST,
            largest: (*file).clone(),
            largest_size: *size,
        }),
        _ => Ok(()),
    }
}
