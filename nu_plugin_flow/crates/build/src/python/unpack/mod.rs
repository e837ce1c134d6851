//! Wheels into a folder of packages.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use zip::{ZipArchive, read::ZipFile, result::ZipError};

/// Bytes that one wheel may unpack to.
const LARGEST: u64 = 512 << 20;

/// Why a wheel was not unpacked.
#[derive(Debug)]
pub(super) enum UnpackError {
    /// It is no wheel, or one that nobody should unpack.
    Bad(String),
    /// A file cannot be written or read.
    Io(PathBuf, io::Error),
}

/// Unpacks the wheel at `path` into `folder`, as an installer does for packages:
/// its root and what is in `*.data/purelib` and `*.data/platlib`. Scripts,
/// headers and files for elsewhere on a machine have no use in Pyodide.
pub(super) fn unpack(path: &Path, folder: &Path) -> Result<(), UnpackError> {
    let file = File::open(path).map_err(|error| UnpackError::Io(path.to_owned(), error))?;
    let mut archive = ZipArchive::new(file).map_err(|error| bad(&error))?;
    let mut left = LARGEST;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|error| bad(&error))?;
        if let Some(place) = place(&file)? {
            write(&mut file, &folder.join(place), &mut left)?;
        }
    }
    Ok(())
}

fn bad(error: &ZipError) -> UnpackError {
    UnpackError::Bad(error.to_string())
}

/// Where the file goes, relative to the packages; nothing where it is not
/// needed. A name that leads out of the folder is refused.
fn place<R: Read>(file: &ZipFile<'_, R>) -> Result<Option<PathBuf>, UnpackError> {
    let name = file.name();
    let refuse = |what: &str| Err(UnpackError::Bad(format!("{what}: `{name}`")));
    if file.is_symlink() {
        return refuse("a symbolic link");
    }
    let plain = |part| matches!(part, Component::Normal(_));
    let path = Path::new(name);
    if name.contains(['\\', '\0', ':']) || !path.components().all(plain) {
        return refuse("a name that leads out of the package");
    }
    if file.is_dir() {
        return Ok(None);
    }
    let mut parts = path.components();
    let first = parts.next().map(Component::as_os_str);
    if !first.is_some_and(|first| first.to_string_lossy().ends_with(".data")) {
        return Ok(Some(path.to_owned()));
    }
    let scheme = parts.next().map(Component::as_os_str);
    let is_packages = scheme.is_some_and(|scheme| scheme == "purelib" || scheme == "platlib");
    let rest = parts.as_path();
    Ok((is_packages && rest.components().next().is_some()).then(|| rest.to_owned()))
}

fn write<R: Read>(
    file: &mut ZipFile<'_, R>,
    path: &Path,
    left: &mut u64,
) -> Result<(), UnpackError> {
    let failed = |error| UnpackError::Io(path.to_owned(), error);
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(failed)?;
    let mut written = File::create(path).map_err(failed)?;
    // The size in the archive is only what it says of itself.
    let bytes =
        io::copy(&mut file.by_ref().take(*left + 1), &mut written).map_err(|error| match error
            .kind()
        {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                UnpackError::Bad(format!("`{}`: {error}", file.name()))
            }
            _ => failed(error),
        })?;
    *left = left
        .checked_sub(bytes)
        .ok_or_else(|| UnpackError::Bad(format!("it is larger than {} MiB", LARGEST >> 20)))?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests;
