//! What steps leave, and under which names it is published.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::error::BuildError;

/// The name of the only part of an artifact that is a component.
pub(crate) const COMPONENT: &str = "agent.wasm";

/// The name of the only part of an artifact that is a bundle.
pub(crate) const BUNDLE: &str = "agent.bundle";

/// The names and places of the files in a folder that tools left.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<(String, PathBuf)>, BuildError> {
    let failed = |source| BuildError::Io {
        action: "read",
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !name.starts_with('.') {
            files.push((name, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let result = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(crate) fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// An agent's name as a file name: manifests may contain any text.
pub(crate) fn file_name(agent: &str) -> String {
    let plain = |letter: char| {
        if letter.is_alphanumeric() || "-_".contains(letter) {
            letter
        } else {
            '-'
        }
    };
    agent.chars().map(plain).collect()
}
