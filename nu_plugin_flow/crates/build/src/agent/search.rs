//! Looks for agents in folders, and for those that a name may mean.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use flow_contract::{literals, nearest};

use super::{definition::Agent, error::AgentError};
use crate::manifest::{FILE_NAME, Manifest};

/// How deep below a folder agents are looked for.
const DEPTH: usize = 4;

/// Folders that hold what tools made, never agents.
const SKIPPED: &[&str] = &["target", "node_modules", "__pycache__"];

/// Every agent below `directory`, by path: the folders that have an
/// `agent.toml`, at most four levels down, without `target`, `node_modules`
/// and hidden folders. One that cannot be used is an error of its own.
pub fn find_all(directory: &Path) -> Vec<(PathBuf, Result<Agent, AgentError>)> {
    let mut folders = Vec::new();
    walk(directory, DEPTH, &mut folders);
    folders
        .into_iter()
        .map(|folder| (folder.clone(), Agent::in_folder(&folder)))
        .collect()
}

/// The agent called `name` in its manifest, or living in a folder called so.
/// Looked for in `directory`, then in each folder above it up to the root of
/// the project (the folder with `.git`), the home directory or the root of the
/// file system: in the folder itself, in its folders, and in `agents/*`.
pub fn find_named(name: &str, directory: &Path) -> Result<Agent, AgentError> {
    for ancestor in ancestors(directory) {
        if let Some(folder) = names_at(&ancestor).remove(name) {
            return Agent::in_folder(&folder);
        }
    }
    Err(unknown(name, directory))
}

/// The names that [`find_named`] knows in `directory`, nearest first where a
/// name is taken twice; for completions.
pub fn names(directory: &Path) -> Vec<(String, PathBuf)> {
    let mut names = BTreeMap::new();
    for ancestor in ancestors(directory) {
        for (name, folder) in names_at(&ancestor) {
            names.entry(name).or_insert(folder);
        }
    }
    names.into_iter().collect()
}

/// There is no agent called `name`, seen from `directory`; with the near miss.
pub(super) fn unknown(name: &str, directory: &Path) -> AgentError {
    let found: Vec<String> = names(directory).into_iter().map(|(name, _)| name).collect();
    let help = match nearest(found.iter().map(String::as_str), name) {
        Some(near) => format!("write `{near}`"),
        None if found.is_empty() => {
            "there is no agent here or above; make one with `flow new rust NAME`".to_owned()
        }
        None => format!("use one of: {}", literals(found.iter().map(String::as_str))),
    };
    AgentError::Unknown {
        name: name.to_owned(),
        directory: directory.to_owned(),
        found,
        help,
    }
}

/// `directory` and the folders above it, up to the end of the project.
fn ancestors(directory: &Path) -> Vec<PathBuf> {
    let home = std::env::home_dir();
    let mut folders = Vec::new();
    for folder in directory.ancestors() {
        folders.push(folder.to_owned());
        if folder.join(".git").exists() || home.as_deref() == Some(folder) {
            break;
        }
    }
    folders
}

/// The agents in `folder`, its folders and `agents/*`, by the manifest's name
/// and by the folder's. A manifest's name comes first.
fn names_at(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut candidates = vec![folder.to_owned()];
    candidates.extend(folders_in(folder));
    candidates.extend(folders_in(&folder.join("agents")));
    candidates.retain(|candidate| candidate.join(FILE_NAME).is_file());
    let mut names = BTreeMap::new();
    for candidate in &candidates {
        // A manifest that is wrong is reported when its agent is asked for.
        if let Some(name) = Manifest::read(candidate)
            .ok()
            .and_then(|manifest| manifest.name)
        {
            names.entry(name.value).or_insert_with(|| candidate.clone());
        }
    }
    for candidate in candidates {
        if let Some(name) = candidate.file_name().and_then(|name| name.to_str()) {
            names.entry(name.to_owned()).or_insert(candidate);
        }
    }
    names
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if folder.join(FILE_NAME).is_file() {
        found.push(folder.to_owned());
    }
    if let Some(depth) = depth.checked_sub(1) {
        for folder in folders_in(folder) {
            walk(&folder, depth, found);
        }
    }
}

/// The folders in `folder` that may hold agents, by name. A symlink is not
/// followed; a folder that cannot be read holds none.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && !SKIPPED.contains(&name.as_ref())
        })
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}
