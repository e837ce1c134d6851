//! Paths as bytes.

use std::borrow::Cow;

/// The longest path, in bytes, with its terminating zero: as it is given, and
/// as it is from the root.
pub(super) const PATH_LIMIT: usize = 4096;

/// The longest name in a path, in bytes.
pub(super) const NAME_LIMIT: usize = 255;

/// The names in a path, without empty ones.
pub(super) fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|name| !name.is_empty())
}

/// A path for people.
pub(super) fn lossy(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

/// A canonical path as it is written: `/` for the root.
pub(super) fn absolute(path: &[u8]) -> Cow<'_, [u8]> {
    if path.is_empty() { b"/" } else { path }.into()
}
