//! The tables of a store, and how those of an earlier version become those of this one.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::error::StoreError;
use crate::location;

/// Marks the file as ours, in its header: "flow" in ASCII.
const APPLICATION: i32 = 0x666c_6f77;

/// What makes each version out of the one before; the first makes an empty file into version 1.
/// Entries are only ever added.
const MIGRATIONS: &[&str] = &[
    // Without row ids the table is one tree in the order of its key, so that a page of keys is
    // one seek. The index finds what to sweep.
    "CREATE TABLE memory (
        namespace TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        expires INTEGER,
        PRIMARY KEY (namespace, key)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX memory_expires ON memory (expires) WHERE expires IS NOT NULL;",
];

/// The version that this flow makes and knows.
pub(crate) fn current() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// What a file is.
pub(crate) enum State {
    /// It has nothing in it: what a process that was killed in making it may leave.
    Empty,
    /// A store of this flow's version, or of an earlier one.
    Ours(u32),
}

/// Says what the open file is, without changing it.
///
/// # Errors
/// A store of a newer version, the file of another program, and what is no SQLite file.
pub(crate) fn inspect(connection: &Connection, path: &Path) -> Result<State, StoreError> {
    let (application, version, tables) =
        header(connection).map_err(|source| StoreError::sqlite(path, source))?;
    let damaged = |reason| {
        Err(StoreError::Damaged {
            path: path.to_owned(),
            reason,
        })
    };
    let nothing = (application, version, tables) == (0, 0, 0);
    if is_cut_off(path, nothing) {
        return damaged("its end is missing".to_owned());
    }
    match application {
        0 if nothing => Ok(State::Empty),
        APPLICATION => match u32::try_from(version) {
            Ok(version) if version > current() => Err(StoreError::Newer {
                path: path.to_owned(),
                version,
                supported: current(),
            }),
            Ok(version) if version > 0 => Ok(State::Ours(version)),
            _ => damaged(format!("its schema version is {version}")),
        },
        _ => Err(StoreError::Foreign {
            path: path.to_owned(),
        }),
    }
}

/// The application, the version and the number of tables, all of one moment: another process may
/// be making the store.
fn header(connection: &Connection) -> Result<(i32, i32, i32), rusqlite::Error> {
    let transaction = connection.unchecked_transaction()?;
    let number = |query| transaction.query_row(query, [], |row| row.get(0));
    Ok((
        number("PRAGMA application_id")?,
        number("PRAGMA user_version")?,
        number("SELECT count(*) FROM sqlite_schema")?,
    ))
}

/// Whether the file ends amid a page. SQLite reads the rest as zeros, and overwrites a file that
/// is less than one page: there, `nothing` is in it. Else a log may have the page in full.
fn is_cut_off(path: &Path, nothing: bool) -> bool {
    const SMALLEST_PAGE: u64 = 512;
    let length = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    !length(path).is_multiple_of(SMALLEST_PAGE)
        && (nothing || length(&location::with_suffix(path, "-wal")) == 0)
}

/// Brings the file to the current version, step by step, each in a transaction of its own. Other
/// processes may do so at the same time.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    loop {
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Read under the lock: another process may just have done the step.
        let version: usize = transaction
            .query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0))?
            .try_into()
            .unwrap_or(usize::MAX);
        let Some(step) = MIGRATIONS.get(version) else {
            return Ok(());
        };
        transaction.execute_batch(step)?;
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {};",
            version + 1
        ))?;
        transaction.commit()?;
    }
}
