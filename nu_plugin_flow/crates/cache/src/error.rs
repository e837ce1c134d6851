use std::{io, path::PathBuf};

use miette::Diagnostic;
use thiserror::Error;

/// The cache itself failed.
#[derive(Debug, Error, Diagnostic)]
pub enum CacheError {
    /// There is no home directory to put a cache in.
    #[error("no place for the cache: neither a home directory nor `$FLOW_CACHE_DIR` is set")]
    #[diagnostic(
        code(flow::cache::no_place),
        help("set `$FLOW_CACHE_DIR` to a directory of your own")
    )]
    NoPlace,
    /// The directory belongs to somebody else, who could plant code in it.
    #[error("the cache directory belongs to another user: `{}`", path.display())]
    #[diagnostic(
        code(flow::cache::not_private),
        help(
            "set `$FLOW_CACHE_DIR` to a directory of your own, or give this one to yourself with `chown`"
        )
    )]
    NotPrivate {
        /// The directory.
        path: PathBuf,
    },
    /// Nothing can be written there.
    #[error("cannot write to the cache: `{}`", path.display())]
    #[diagnostic(
        code(flow::cache::unwritable),
        help("make the directory writable, or set `$FLOW_CACHE_DIR` to one that is")
    )]
    Unwritable {
        /// What could not be written.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
    /// The disk, or the user's share of it, is full.
    #[error("no space left for the cache: `{}`", path.display())]
    #[diagnostic(
        code(flow::cache::disk_full),
        help(
            "free some space (the cache may be deleted at any time), or set `$FLOW_CACHE_DIR` to another disk"
        )
    )]
    DiskFull {
        /// What could not be written.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
    /// The maker returned without writing its file.
    #[error("nothing was made for the cache: `{}` is missing", path.display())]
    #[diagnostic(code(flow::cache::nothing_made), help("report this as a bug of flow"))]
    NothingMade {
        /// Where the file should have been.
        path: PathBuf,
    },
    /// Any other failure of the file system.
    #[error("cannot {action} in the cache: `{}`", path.display())]
    #[diagnostic(
        code(flow::cache::io),
        help("check the directory, or set `$FLOW_CACHE_DIR` to another one")
    )]
    Io {
        /// What was tried, as a verb and its object.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
}

impl CacheError {
    /// Sorts a failure of the file system into its condition.
    pub(crate) fn new(
        action: &'static str,
        path: impl Into<PathBuf>,
        source: io::Error,
    ) -> CacheError {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => CacheError::DiskFull { path, source },
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::AlreadyExists => CacheError::Unwritable { path, source },
            _ => CacheError::Io {
                action,
                path,
                source,
            },
        }
    }
}

/// Making an entry failed: in the cache, or in what was to make it.
#[derive(Debug, Error)]
pub enum MakeError<E> {
    /// The cache failed.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The maker failed; nothing was kept.
    #[error("{0}")]
    Make(E),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_an_unwritable_one_are_told_apart() {
        let error = |kind: io::ErrorKind| {
            let error = CacheError::new("write an entry", "/cache/a", kind.into());
            (
                error.to_string(),
                error
                    .code()
                    .map(|code| code.to_string())
                    .unwrap_or_default(),
            )
        };
        insta::assert_debug_snapshot!(
            [io::ErrorKind::StorageFull, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::Interrupted].map(error),
            @r#"
        [
            (
                "no space left for the cache: `/cache/a`",
                "flow::cache::disk_full",
            ),
            (
                "cannot write to the cache: `/cache/a`",
                "flow::cache::unwritable",
            ),
            (
                "cannot write an entry in the cache: `/cache/a`",
                "flow::cache::io",
            ),
        ]
        "#
        );
    }
}
