//! The sources of engines that travel in the plugin, and the script that builds
//! them: as they are in the repository, where they are developed and tested.

use std::{fs, path::Path};

use super::EngineError;

// For each engine the paths of its files below the repository, and their texts.
include!(concat!(env!("OUT_DIR"), "/engine-sources.rs"));

/// Writes what the engine `name` is built of into `folder`.
pub(super) fn write(name: &str, folder: &Path) -> Result<(), EngineError> {
    let found = SOURCES.iter().find(|(engine, _)| *engine == name);
    for (path, text) in found.into_iter().flat_map(|(_, files)| files.iter()) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| EngineError::io("write", path, source))?;
    }
    Ok(())
}
