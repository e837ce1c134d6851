//! The file of a store: how it is made, and whether it is still the one that was opened.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::schema;

/// Tells a file from one that took its place. Writing to a file that was removed would lose what
/// is written without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    /// That of the file at `path`; none where there is no file.
    pub(crate) fn of(path: &Path) -> Result<Option<Identity>, StoreError> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io("find the memory", path, error)),
        };
        if metadata.is_dir() {
            return Err(StoreError::io(
                "open the memory",
                path,
                io::ErrorKind::IsADirectory.into(),
            ));
        }
        Ok(Some(Identity::from(&metadata)))
    }

    #[cfg(unix)]
    fn from(metadata: &fs::Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt;
        Identity {
            device: metadata.dev(),
            number: metadata.ino(),
        }
    }

    /// Elsewhere a file that is open cannot be removed.
    #[cfg(not(unix))]
    fn from(_: &fs::Metadata) -> Identity {
        Identity {
            device: 0,
            number: 0,
        }
    }
}

/// Makes the store at `path`, with its folders, where there is none or an empty file. Several
/// processes may do so at once: SQLite lets one be first and the others find it done.
pub(crate) fn make(path: &Path, patience: Duration) -> Result<(), StoreError> {
    make_folder(path)?;
    let start = Instant::now();
    loop {
        match initialise(path) {
            // Turning to WAL does not wait for others, as everything else does.
            Err(StoreError::Busy { .. }) if start.elapsed() < patience => {
                thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
}

/// Makes the folder of `path`. One called `.flow` keeps itself out of version control.
fn make_folder(path: &Path) -> Result<(), StoreError> {
    let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) else {
        return Ok(());
    };
    let failed = |error| StoreError::io("make the folder of the memory", folder, error);
    fs::create_dir_all(folder).map_err(failed)?;
    if folder.file_name().is_some_and(|name| name == ".flow") {
        fs::write(folder.join(".gitignore"), "*\n").map_err(failed)?;
    }
    Ok(())
}

fn initialise(path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::sqlite(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    if let schema::State::Empty = schema::inspect(&connection, path)? {
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
            .map_err(failed)?;
        schema::migrate(&mut connection).map_err(failed)?;
    }
    connection.close().map_err(|(_, source)| failed(source))
}
