//! The mode of what was private while it was made.

use std::{io, path::Path};

/// Gives a file or folder `mode`, where the system has modes.
#[cfg(unix)]
pub(crate) fn set(path: &Path, mode: u32) -> io::Result<()> {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
    };
    fs::set_permissions(path, Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}
