//! The files of an interpreted agent that may go into its bundle.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::language::BundleOrder;
use crate::{
    agent::definition::{Agent, AgentKind},
    plan_error::PlanError,
};

/// A folder that cannot be read, and why.
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

/// What is to be bundled of an agent: of one with a folder of its own what
/// `in_folder` finds there, of a file alone what `beside` adds to the file called so.
pub(super) fn order(
    agent: &Agent,
    in_folder: impl FnOnce() -> Result<Vec<String>, PlanError>,
    beside: impl FnOnce(&str) -> Vec<String>,
) -> Result<BundleOrder, PlanError> {
    let root = &agent.root;
    let AgentKind::Source { entry, language } = &agent.kind else {
        return Err(PlanError::no_entry(root));
    };
    let name = entry.strip_prefix(root).ok().and_then(name);
    let name = name.filter(|_| entry.is_file());
    let name = name.ok_or_else(|| PlanError::no_entry(entry))?;
    let has_folder = language.project(entry).as_ref() == Some(root);
    let mut files = match has_folder {
        true => in_folder()?,
        false => beside(&name),
    };
    if !files.contains(&name) {
        files.push(name.clone());
        files.sort();
    }
    check_size(root, &files)?;
    Ok(BundleOrder {
        root: root.clone(),
        entry: name,
        files,
        has_folder,
    })
}

/// All files of the agent's folder by their names, sorted, without what is hidden,
/// what tools made (`__pycache__`, environments, caches), agents of their own, the
/// folders that are granted, and what is at or below a path in `excluded`.
pub(super) fn in_folder(agent: &Agent, excluded: &[String]) -> Result<Vec<String>, PlanError> {
    let root = &agent.root;
    let excluded = excluded.iter().map(|path| root.join(path));
    // What is granted is read when the agent runs, and may be large.
    let granted = agent.manifest.permissions().dirs.into_iter();
    let mut left_out: Vec<_> = excluded.chain(granted.map(|grant| grant.host)).collect();
    left_out.retain(|path| path != root);
    let mut files = Vec::new();
    walk(root, root, &left_out, &mut files)
        .map_err(|(path, error)| PlanError::project(&path, error))?;
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
fn name(path: &Path) -> Option<String> {
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// Refuses what is too large for a bundle, from the files' sizes alone.
fn check_size(root: &Path, files: &[String]) -> Result<(), PlanError> {
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
