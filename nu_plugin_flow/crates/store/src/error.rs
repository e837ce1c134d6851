//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use flow_contract::NameError;
use miette::Diagnostic;
use rusqlite::ErrorCode;
use thiserror::Error;

use crate::limits::LIMITS;

/// An error of a store. Whatever it is, nothing of what was tried is kept.
#[derive(Debug, Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant says in its message what it is")]
#[non_exhaustive]
pub enum StoreError {
    #[error("no place for the global memory: neither a home directory nor `$FLOW_DATA_DIR` is set")]
    #[diagnostic(
        code(flow::store::no_home),
        help("set `$FLOW_DATA_DIR` to a directory of your own")
    )]
    NoHome,
    #[error("the memory is busy: `{}`", path.display())]
    #[diagnostic(
        code(flow::store::busy),
        help(
            "another process or agent has been writing for more than 5 seconds; try again once it is done"
        )
    )]
    Busy { path: PathBuf },
    #[error("the memory was written by a newer flow: `{}` has schema {version}, this flow knows {supported}", path.display())]
    #[diagnostic(
        code(flow::store::newer),
        help("update flow; the file was left as it is")
    )]
    Newer {
        path: PathBuf,
        version: u32,
        supported: u32,
    },
    #[error("not a memory of flow: `{}` belongs to another program", path.display())]
    #[diagnostic(
        code(flow::store::foreign),
        help("move the file elsewhere, so that flow can make its own; it was left as it is")
    )]
    Foreign { path: PathBuf },
    #[error("the memory is damaged: `{}`: {reason}", path.display())]
    #[diagnostic(
        code(flow::store::damaged),
        help(
            "move the file and those beside it that end in `-wal` and `-shm` away and begin anew with `flow memory import`; `sqlite3 <file> .recover` may save what is in it. flow left it as it is"
        )
    )]
    Damaged { path: PathBuf, reason: String },
    #[error("no space left for the memory: `{}`", path.display())]
    #[diagnostic(
        code(flow::store::full),
        help("free some space; everything that was committed before is still there")
    )]
    Full { path: PathBuf },
    #[error("the memory cannot be written: `{}`", path.display())]
    #[diagnostic(
        code(flow::store::read_only),
        help("make the file and its folder writable")
    )]
    ReadOnly {
        path: PathBuf,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("the memory cannot be opened: `{}`", path.display())]
    #[diagnostic(
        code(flow::store::open),
        help("check that the path is a file in a folder that you may read and write")
    )]
    Open {
        path: PathBuf,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Name(#[from] NameError),
    #[error("the value of `{key}` in `{namespace}` is too large: {size} bytes")]
    #[diagnostic(
        code(flow::store::value),
        help("a value has at most {} bytes of JSON: divide it among several keys", LIMITS.value)
    )]
    Value {
        namespace: String,
        key: String,
        size: usize,
    },
    #[error("the value for `{key}` in `{namespace}` is not JSON")]
    #[diagnostic(
        code(flow::store::not_json),
        help("pass the value as JSON text: a string is written with its quotes")
    )]
    NotJson {
        namespace: String,
        key: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("one record writes too much: {size} bytes")]
    #[diagnostic(
        code(flow::store::too_much),
        help("a record may write {} bytes before it is done: divide the work among several records", LIMITS.pending)
    )]
    TooMuch { size: usize },
    #[error("cannot {action}: `{}`", path.display())]
    #[diagnostic(code(flow::store::io), help("check the folder and the disk it is on"))]
    Io {
        /// What was tried, as a verb and its object.
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the memory failed: `{}`", path.display())]
    #[diagnostic(
        code(flow::store::sqlite),
        help("check the disk that the file is on; report this if it is sound")
    )]
    Sqlite {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Sorts a failure of SQLite into its condition.
    pub(crate) fn sqlite(path: &Path, source: rusqlite::Error) -> StoreError {
        let path = path.to_owned();
        let code = match &source {
            rusqlite::Error::SqliteFailure(failure, _) => failure,
            // All statements are constant, so it is the file that lacks what they name.
            rusqlite::Error::SqlInputError { msg, .. } => {
                return StoreError::Damaged {
                    reason: msg.clone(),
                    path,
                };
            }
            rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..) => {
                return StoreError::Damaged {
                    reason: source.to_string(),
                    path,
                };
            }
            _ => return StoreError::Sqlite { path, source },
        };
        match (code.code, code.extended_code) {
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Busy { path },
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)
            | (_, rusqlite::ffi::SQLITE_IOERR_SHORT_READ | rusqlite::ffi::SQLITE_ERROR) => {
                StoreError::Damaged {
                    reason: source.to_string(),
                    path,
                }
            }
            // The shared memory beside the file could not grow.
            (ErrorCode::DiskFull, _) | (_, rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
                StoreError::Full { path }
            }
            (ErrorCode::ReadOnly | ErrorCode::PermissionDenied, _) => StoreError::ReadOnly {
                path,
                source: source.into(),
            },
            (ErrorCode::CannotOpen, _) => StoreError::Open {
                path,
                source: source.into(),
            },
            _ => StoreError::Sqlite { path, source },
        }
    }

    /// Sorts a failure of the file system into its condition.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> StoreError {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly {
                    path,
                    source: source.into(),
                }
            }
            io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::AlreadyExists => StoreError::Open {
                path,
                source: source.into(),
            },
            _ => StoreError::Io {
                action,
                path,
                source,
            },
        }
    }
}
