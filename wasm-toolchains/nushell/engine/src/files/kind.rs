//! Kinds of files, by Nushell's names.

use std::fs::FileType;

/// The name that `ls` and `path type` give to a file's type.
pub fn kind(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_dir() => "dir",
        kind if kind.is_symlink() => "symlink",
        kind if kind.is_file() => "file",
        _ => "unknown",
    }
}
