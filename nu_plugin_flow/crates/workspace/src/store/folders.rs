//! Folders on disk: made for one user, listed, removed without following symlinks.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::WorkspaceError;
use crate::workspace::WorkspaceId;

/// The workspace ids among the names in `folder`; other names are not ours.
pub(super) fn ids(folder: &Path) -> io::Result<Vec<WorkspaceId>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        ids.extend(
            entry?
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok()),
        );
    }
    Ok(ids)
}

/// Makes `folder`, and what is missing above it, for this user alone.
pub(crate) fn create_private(folder: &Path) -> Result<(), WorkspaceError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(WorkspaceError::storage("create", folder))
}

/// Removes `path` and all below it, without following symlinks; it need not exist.
pub(crate) fn remove(path: &Path) -> Result<(), WorkspaceError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(WorkspaceError::storage("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Where flow keeps its data: `$FLOW_DATA_DIR`, else `$XDG_DATA_HOME/flow`, else `~/.local/share/flow`.
pub(super) fn data_directory(
    variable: impl Fn(&str) -> Option<OsString>,
    home: Option<PathBuf>,
) -> Option<PathBuf> {
    let set = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("FLOW_DATA_DIR")
        .or_else(|| Some(set("XDG_DATA_HOME")?.join("flow")))
        .or_else(|| Some(home?.join(".local/share/flow")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_directory_is_found_by_its_variables() {
        let found = |set: &[(&str, &str)], home: Option<&str>| {
            let variable = |name: &str| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            };
            data_directory(variable, home.map(PathBuf::from))
        };
        let both = [("FLOW_DATA_DIR", "/f"), ("XDG_DATA_HOME", "/x")];
        assert_eq!(found(&both, Some("/h")), Some("/f".into()));
        let empty = [("FLOW_DATA_DIR", ""), ("XDG_DATA_HOME", "/x")];
        assert_eq!(found(&empty, Some("/h")), Some("/x/flow".into()));
        assert_eq!(found(&[], Some("/h")), Some("/h/.local/share/flow".into()));
        assert_eq!(found(&[], None), None);
    }
}
