//! The agent's files, as Nushell sees them: virtual files in one folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nu_protocol::VirtualPathId;
use nu_protocol::engine::{StateWorkingSet, VirtualPath};

use crate::bindings::exports::flow::engine::program::File;

/// The folder of an agent's files. No directory is granted there, so no real file has
/// such a path.
pub const FOLDER: &str = "/agent";

/// Makes the agent's files known to `use` and `source`, in [`FOLDER`].
pub fn register(state: &mut StateWorkingSet, files: &[File]) {
    let mut entries: BTreeMap<PathBuf, Vec<VirtualPathId>> = BTreeMap::new();
    let mut folders = BTreeSet::new();
    for file in files {
        let path = Path::new(FOLDER).join(&file.path);
        let name = path.to_string_lossy().into_owned();
        let id = state.add_file(&name, file.text.as_bytes());
        let id = state.add_virtual_path(name, VirtualPath::File(id));
        let mut folder = path.parent();
        if let Some(folder) = folder {
            entries.entry(folder.to_owned()).or_default().push(id);
        }
        while let Some(path) = folder.filter(|path| path.starts_with(FOLDER)) {
            folders.insert(path.to_owned());
            folder = path.parent();
        }
    }
    // Innermost folders first, so that each is there for its parent.
    for folder in folders.iter().rev() {
        let inside = entries.remove(folder).unwrap_or_default();
        let name = folder.to_string_lossy().into_owned();
        let id = state.add_virtual_path(name, VirtualPath::Dir(inside));
        if let Some(parent) = folder.parent() {
            entries.entry(parent.to_owned()).or_default().push(id);
        }
    }
    register_parent_paths(state, files, &folders);
}

/// Nushell compares virtual paths without resolving `..`, so each file is registered under
/// every path by which another folder reaches it.
fn register_parent_paths(state: &mut StateWorkingSet, files: &[File], folders: &BTreeSet<PathBuf>) {
    if !files.iter().any(|file| file.text.contains("..")) {
        return;
    }
    let root = Path::new(FOLDER);
    let paths: Vec<_> = files.iter().map(|file| root.join(&file.path)).collect();
    for from in folders.iter().filter(|folder| *folder != root) {
        let within = from
            .ancestors()
            .skip(1)
            .take_while(|path| path.starts_with(FOLDER));
        for (up, above) in within.enumerate() {
            let up = from.join("../".repeat(up + 1));
            // Nushell finds what is in a folder through its list of entries.
            let mut inside: BTreeMap<PathBuf, Vec<VirtualPathId>> = BTreeMap::new();
            for path in &paths {
                let Ok(rest) = path.strip_prefix(above) else {
                    continue;
                };
                let way = up.join(rest);
                let name = way.to_string_lossy().into_owned();
                let target = state.find_virtual_path(&path.to_string_lossy()).cloned();
                let (Some(target), Some(folder)) = (target, way.parent()) else {
                    continue;
                };
                let id = state.add_virtual_path(name, target);
                inside.entry(folder.to_owned()).or_default().push(id);
            }
            for (folder, inside) in inside {
                let name = folder.to_string_lossy().into_owned();
                let _ = state.add_virtual_path(name, VirtualPath::Dir(inside));
            }
        }
    }
}
