//! The bytes of a library.

use crate::error::Error;
use crate::files::{AT_FDCWD, Errno, FileSystem, O_RDONLY};

/// Reads the file at `path`.
pub(super) fn read_file(files: &mut FileSystem, path: &str) -> Result<Vec<u8>, Error> {
    let failed = |errno: Errno| Error::library(path, &errno.to_string());
    let descriptor = files
        .open(AT_FDCWD, path.as_bytes(), O_RDONLY, 0)
        .map_err(failed)?;
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 1 << 20];
    let read = loop {
        match files.read(descriptor, &mut chunk) {
            Ok(0) => break Ok(()),
            Ok(count) => bytes.extend_from_slice(chunk.get(..count).unwrap_or_default()),
            Err(errno) => break Err(errno),
        }
    };
    files.close(descriptor).map_err(failed)?;
    read.map(|()| bytes).map_err(failed)
}
