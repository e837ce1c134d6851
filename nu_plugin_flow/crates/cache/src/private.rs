//! What only the user can read and write: who can write in the cache can have
//! the user run their machine code.

use std::{fs, io, path::Path};

use crate::error::CacheError;

/// Makes `folder` one that only its owner can enter, and makes sure that the
/// owner is the user. The folder above the buckets may be any that the user
/// named, so an existing one is left as it is.
#[cfg(unix)]
pub(crate) fn make_folder(folder: &Path) -> Result<(), CacheError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    let failed = |source| CacheError::new("make a directory", folder, source);
    let metadata = match fs::metadata(folder) {
        Ok(metadata) => metadata,
        Err(_) => {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(failed)?;
            fs::metadata(folder).map_err(failed)?
        }
    };
    if !metadata.is_dir() {
        return Err(failed(io::ErrorKind::NotADirectory.into()));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(CacheError::NotPrivate {
            path: folder.to_owned(),
        });
    }
    if metadata.mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn make_folder(folder: &Path) -> Result<(), CacheError> {
    fs::create_dir_all(folder).map_err(|source| CacheError::new("make a directory", folder, source))
}

/// Makes a file one that only its owner can read and write.
#[cfg(unix)]
pub(crate) fn make_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
pub(crate) fn make_file(_path: &Path) -> io::Result<()> {
    Ok(())
}
