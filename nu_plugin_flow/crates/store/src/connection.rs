//! Connections to one file, shared by all threads, and whose turn it is to write.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::file::{self, Identity};
use crate::{entry, schema};

/// How long a writer waits for others.
const PATIENCE: Duration = Duration::from_secs(5);

/// So many connections are kept for the next who needs one.
const IDLE: usize = 16;

/// A connection for one thread at a time.
pub(crate) struct Handle {
    pub(crate) connection: Connection,
    identity: Identity,
}

/// The connections to one file. Nothing is opened before it is needed.
pub(crate) struct Pool {
    pub(crate) path: PathBuf,
    idle: Mutex<Vec<Handle>>,
    /// True while a thread of this process writes. SQLite has writers ask again and again; here
    /// they are woken.
    writing: Mutex<bool>,
    done: Condvar,
    pub(crate) settings: Settings,
}

/// What tests set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Milliseconds since 1970.
    pub(crate) clock: fn() -> i64,
    /// How long a writer waits for others.
    pub(crate) patience: Duration,
    /// At how many pages the file is full, as a disk would be.
    pub(crate) pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            clock: || entry::milliseconds(SystemTime::now()),
            patience: PATIENCE,
            pages: None,
        }
    }
}

impl Pool {
    pub(crate) fn new(path: PathBuf, settings: Settings) -> Pool {
        Pool {
            path,
            idle: Mutex::default(),
            writing: Mutex::new(false),
            done: Condvar::new(),
            settings,
        }
    }

    /// A connection to read with; none where there is no file, or an empty one.
    pub(crate) fn reader(&self) -> Result<Option<Handle>, StoreError> {
        let Some(identity) = Identity::of(&self.path)? else {
            return Ok(None);
        };
        // One at a time, so that a stale one is closed outside of the lock.
        while let Some(handle) = self.take() {
            if handle.identity == identity {
                return Ok(Some(handle));
            }
        }
        self.open(identity)
    }

    /// A connection to write with; makes the file where there is none.
    pub(crate) fn writer(&self) -> Result<Handle, StoreError> {
        if let Some(handle) = self.reader()? {
            return Ok(handle);
        }
        file::make(&self.path, self.settings.patience)?;
        self.reader()?.ok_or_else(|| StoreError::Open {
            path: self.path.clone(),
            source: "it was removed at once".into(),
        })
    }

    /// Whether the file of an open connection is still the one that its path leads to.
    pub(crate) fn is_current(&self, handle: &Handle) -> Result<bool, StoreError> {
        Ok(Identity::of(&self.path)? == Some(handle.identity))
    }

    /// Takes a connection back for the next one.
    pub(crate) fn give_back(&self, handle: Handle) {
        if !handle.connection.is_autocommit() {
            // A transaction that cannot even be rolled back ends with its connection.
            return;
        }
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE {
            idle.push(handle);
        }
    }

    /// Runs `action` with a connection to read with; none where there is no file.
    pub(crate) fn read<Found>(
        &self,
        action: impl FnOnce(&Connection) -> Result<Found, rusqlite::Error>,
    ) -> Result<Option<Found>, StoreError> {
        let Some(handle) = self.reader()? else {
            return Ok(None);
        };
        let found = action(&handle.connection);
        self.give_back(handle);
        found.map(Some).map_err(|source| self.failed(source))
    }

    /// Waits for the turn to write and begins a transaction, which [`Pool::end`] ends.
    pub(crate) fn begin(&self, connection: &Connection) -> Result<(), StoreError> {
        let patience = self.settings.patience;
        let (mut writing, waited) = self
            .done
            .wait_timeout_while(lock(&self.writing), patience, |writing| *writing)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::Busy {
                path: self.path.clone(),
            });
        }
        *writing = true;
        drop(writing);
        execute(connection, "BEGIN IMMEDIATE").map_err(|source| {
            self.leave();
            self.failed(source)
        })
    }

    /// Commits the transaction, or rolls it back, and lets the next writer write.
    pub(crate) fn end(&self, connection: &Connection, keep: bool) -> Result<(), StoreError> {
        let ended = if keep {
            execute(connection, "COMMIT")
        } else {
            Ok(())
        };
        if !connection.is_autocommit() {
            // SQLite has rolled back already where it could not go on. Where this fails, the
            // connection is closed when it is given back, which undoes the transaction too.
            let _ = execute(connection, "ROLLBACK");
        }
        self.leave();
        ended.map_err(|source| self.failed(source))
    }

    /// The error of this file for what SQLite says.
    pub(crate) fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::sqlite(&self.path, source)
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    fn leave(&self) {
        *lock(&self.writing) = false;
        self.done.notify_one();
    }

    fn take(&self) -> Option<Handle> {
        lock(&self.idle).pop()
    }

    fn open(&self, identity: Identity) -> Result<Option<Handle>, StoreError> {
        let failed = |source| self.failed(source);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags).map_err(failed)?;
        connection
            .busy_handler(Some(wait_for_others(self.settings.patience)))
            .map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(32);
        // Closing a file merges the log beside it. One that is not ours, or that we do not
        // understand, stays as it is.
        merge_on_close(&connection, false).map_err(failed)?;
        let state = schema::inspect(&connection, &self.path)?;
        merge_on_close(&connection, true).map_err(failed)?;
        match state {
            schema::State::Empty => return Ok(None),
            schema::State::Ours(version) if version < schema::current() => {
                schema::migrate(&mut connection).map_err(failed)?;
            }
            schema::State::Ours(_) => {}
        }
        // A file from elsewhere may hold triggers and views: they get no say beyond it.
        connection
            .execute_batch(
                "PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;
                PRAGMA cell_size_check = ON; PRAGMA cache_size = -8000;
                PRAGMA journal_size_limit = 16777216;",
            )
            .map_err(failed)?;
        if let Some(pages) = self.settings.pages {
            connection
                .execute_batch(&format!("PRAGMA max_page_count = {pages}"))
                .map_err(failed)?;
        }
        Ok(Some(Handle {
            connection,
            identity,
        }))
    }
}

/// Has SQLite ask again for a lock of another process: often at first, so that a writer of many
/// small commits does not lock the others out.
fn wait_for_others(patience: Duration) -> impl FnMut(i32) -> bool + Send + 'static {
    let mut since = Instant::now();
    move |asked| {
        if asked == 0 {
            since = Instant::now();
        }
        thread::sleep(Duration::from_micros(match asked {
            0..10 => 100,
            10..100 => 1_000,
            _ => 5_000,
        }));
        since.elapsed() < patience
    }
}

fn merge_on_close(connection: &Connection, merge: bool) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !merge)?;
    Ok(())
}

fn execute(connection: &Connection, statement: &str) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}

/// What a thread that panicked left is whole: nothing here is changed in two steps.
fn lock<Held>(mutex: &Mutex<Held>) -> MutexGuard<'_, Held> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
