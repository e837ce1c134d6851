//! Folders on disk: made for one user, listed, removed without following symlinks.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::WorkspaceError;
use crate::provider::WorkspaceId;

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
