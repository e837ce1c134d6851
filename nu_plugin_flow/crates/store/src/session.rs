//! What one agent does while it handles one record.

use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use flow_contract::{check_key, check_namespace};
use rusqlite::{Connection, params};

use crate::connection::{Handle, Pool};
use crate::error::StoreError;
use crate::limits::LIMITS;
use crate::overlay::{Change, Overlay};
use crate::{json, rows, scan};

/// The reads and writes of one record after the other. What is written is seen by this session at
/// once and by nobody else until [`Session::commit`]. Dropping it forgets what was not committed.
pub struct Session {
    pool: Arc<Pool>,
    /// Held from the first read or lock of a record to its end.
    handle: Option<Handle>,
    overlay: Overlay,
    locked: bool,
}

/// Some of the keys of a namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The keys, in the order of their bytes.
    pub keys: Vec<String>,
    /// Where the next page begins; none after the last one.
    pub cursor: Option<String>,
}

impl Session {
    pub(crate) fn new(pool: Arc<Pool>) -> Session {
        Session {
            pool,
            handle: None,
            overlay: Overlay::default(),
            locked: false,
        }
    }

    /// The value of `key` as JSON text; none where it is not set or has expired.
    pub fn get(&mut self, namespace: &str, key: &str) -> Result<Option<String>, StoreError> {
        check_namespace(namespace)?;
        check_key(key)?;
        self.current(namespace, key, self.pool.now())
    }

    /// Sets `key` to `value`, which is JSON text, until `expires_in` from now. Without that it
    /// lasts, also where what it replaces would have expired.
    pub fn set(
        &mut self,
        namespace: &str,
        key: &str,
        value: &str,
        expires_in: Option<Duration>,
    ) -> Result<(), StoreError> {
        check_namespace(namespace)?;
        check_key(key)?;
        let value = checked(namespace, key, value)?;
        self.put(namespace, key, value, expires_in)
    }

    /// Deletes `key`; false where it was not there.
    pub fn delete(&mut self, namespace: &str, key: &str) -> Result<bool, StoreError> {
        check_namespace(namespace)?;
        check_key(key)?;
        let found = self.current(namespace, key, self.pool.now())?.is_some();
        if found {
            self.overlay.put(namespace, key, Change::Deleted)?;
        }
        Ok(found)
    }

    /// At most `limit` keys of `namespace` that begin with `prefix`, in the order of their bytes,
    /// from where `cursor` says. A limit of 0 is taken as 1, one beyond [`LIMITS`] as that.
    pub fn list_keys(
        &mut self,
        namespace: &str,
        prefix: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        check_namespace(namespace)?;
        self.open()?;
        let limit = limit.clamp(1, LIMITS.page);
        let begin = match cursor {
            Some(cursor) if cursor >= prefix => scan::next_after(cursor),
            _ => prefix.to_owned(),
        };
        let connection = self.handle.as_ref().map(|handle| &handle.connection);
        let mut keys = self
            .merge(connection, namespace, prefix, &begin, limit + 1)
            .map_err(|source| self.pool.failed(source))?;
        let more = keys.len() > limit;
        keys.truncate(limit);
        let cursor = keys.last().filter(|_| more).cloned();
        Ok(Page { keys, cursor })
    }

    /// Sets `key` to `value` if it holds `expected` now (none: if it is not set), and says
    /// whether it did. JSON values are compared, not their texts. What is set so does not expire.
    ///
    /// The first one of a record takes the store's lock for writing and holds it until the record
    /// ends: what is read from then on is not changed by others in between.
    pub fn compare_and_set(
        &mut self,
        namespace: &str,
        key: &str,
        expected: Option<&str>,
        value: &str,
    ) -> Result<bool, StoreError> {
        check_namespace(namespace)?;
        check_key(key)?;
        let value = checked(namespace, key, value)?;
        self.lock()?;
        let current = self.current(namespace, key, self.pool.now())?;
        let equal = match (expected, &current) {
            (None, None) => true,
            (Some(expected), Some(current)) => {
                json::same(expected, current).map_err(|source| not_json(namespace, key, source))?
            }
            _ => false,
        };
        if equal {
            self.put(namespace, key, value, None)?;
        }
        Ok(equal)
    }

    /// Opens a layer: what follows can be undone without what came before.
    pub fn begin(&mut self) {
        self.overlay.begin();
    }

    /// The innermost layer joins the one below it. Nothing happens where none is open.
    pub fn keep(&mut self) {
        self.overlay.keep();
    }

    /// The innermost layer is forgotten. Nothing happens where none is open.
    pub fn undo(&mut self) {
        self.overlay.undo();
    }

    /// Commits everything that was written, together; layers that are open are kept. Afterwards
    /// the session is fresh for the next record, also where this fails: then nothing was written.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let done = self.write();
        self.discard();
        done
    }

    /// Forgets everything that was not committed, and lets go of the lock.
    pub fn discard(&mut self) {
        self.overlay = Overlay::default();
        if let Some(handle) = self.handle.take() {
            if self.locked {
                // Nothing was asked to be kept, so nothing can be lost by a failure here.
                let _ = self.pool.end(&handle.connection, false);
            }
            self.pool.give_back(handle);
        }
        self.locked = false;
    }

    /// Whether nothing is waiting to be committed and no lock is held.
    pub fn is_clean(&self) -> bool {
        self.overlay.is_empty() && !self.locked
    }

    fn current(
        &mut self,
        namespace: &str,
        key: &str,
        now: i64,
    ) -> Result<Option<String>, StoreError> {
        if let Some(change) = self.overlay.get(namespace, key) {
            return Ok(change.visible(now).map(str::to_owned));
        }
        self.open()?;
        let Some(handle) = &self.handle else {
            return Ok(None);
        };
        rows::get(&handle.connection, namespace, key, now)
            .map_err(|source| self.pool.failed(source))
    }

    fn put(
        &mut self,
        namespace: &str,
        key: &str,
        value: String,
        expires_in: Option<Duration>,
    ) -> Result<(), StoreError> {
        let now = self.pool.now();
        let fresh = self.overlay.get(namespace, key).is_some_and(|change| {
            change.visible(now).is_none() || matches!(change, Change::Set { fresh: true, .. })
        });
        let expires = expires_in.map(|expires_in| {
            now.saturating_add(i64::try_from(expires_in.as_millis()).unwrap_or(i64::MAX))
        });
        let change = Change::Set {
            value,
            expires,
            fresh,
        };
        self.overlay.put(namespace, key, change)
    }

    /// Takes a connection, where there is a file.
    fn open(&mut self) -> Result<(), StoreError> {
        if self.handle.is_none() {
            self.handle = self.pool.reader()?;
        }
        Ok(())
    }

    /// Begins the transaction that the record's end ends.
    fn lock(&mut self) -> Result<(), StoreError> {
        if self.locked {
            return Ok(());
        }
        let handle = match self.handle.take() {
            Some(handle) if self.pool.is_current(&handle)? => handle,
            _ => self.pool.writer()?,
        };
        let begun = self.pool.begin(&handle.connection);
        self.handle = Some(handle);
        self.locked = begun.is_ok();
        begun
    }

    fn write(&mut self) -> Result<(), StoreError> {
        if self.overlay.is_empty() {
            return Ok(());
        }
        self.lock()?;
        let Some(handle) = self.handle.take() else {
            return Ok(());
        };
        let now = self.pool.now();
        let changes = self.overlay.take();
        let written =
            apply(&handle.connection, changes, now).map_err(|source| self.pool.failed(source));
        self.locked = false;
        let ended = self.pool.end(&handle.connection, written.is_ok());
        self.pool.give_back(handle);
        written.and(ended)
    }

    /// Keys from `begin` on, those of the file and those of this session in one order.
    fn merge(
        &self,
        connection: Option<&Connection>,
        namespace: &str,
        prefix: &str,
        begin: &str,
        most: usize,
    ) -> Result<Vec<String>, rusqlite::Error> {
        let now = self.pool.now();
        let mut statement = match connection {
            Some(connection) => Some(connection.prepare_cached(
                "SELECT key FROM memory WHERE namespace = ?1 AND key >= ?2 AND key < ?3
                AND (expires IS NULL OR expires > ?4) ORDER BY key",
            )?),
            None => None,
        };
        let mut stored_rows = match &mut statement {
            Some(statement) => {
                Some(statement.query(params![namespace, begin, scan::end_of(prefix), now])?)
            }
            None => None,
        };
        let mut next_stored = || match &mut stored_rows {
            Some(rows) => match rows.next()? {
                Some(row) => row.get::<_, String>(0).map(Some),
                None => Ok(None),
            },
            None => Ok(None),
        };
        let next_changed = |begin| self.overlay.first(namespace, begin, prefix);

        let mut keys = Vec::new();
        let mut stored = next_stored()?;
        let mut changed = next_changed(Bound::Included(begin));
        while keys.len() < most {
            match (stored.take(), changed) {
                (None, None) => break,
                (Some(key), Some((own, change))) if key.as_str() >= own => {
                    stored = if key == own {
                        next_stored()?
                    } else {
                        Some(key)
                    };
                    keys.extend(change.visible(now).map(|_| own.to_owned()));
                    changed = next_changed(Bound::Excluded(own));
                }
                (Some(key), _) => {
                    keys.push(key);
                    stored = next_stored()?;
                }
                (None, Some((own, change))) => {
                    keys.extend(change.visible(now).map(|_| own.to_owned()));
                    changed = next_changed(Bound::Excluded(own));
                }
            }
        }
        Ok(keys)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.discard();
    }
}

/// The value as it is stored.
fn checked(namespace: &str, key: &str, value: &str) -> Result<String, StoreError> {
    let value = json::compact(value).map_err(|source| not_json(namespace, key, source))?;
    if value.len() > LIMITS.value {
        return Err(StoreError::Value {
            namespace: namespace.to_owned(),
            key: key.to_owned(),
            size: value.len(),
        });
    }
    Ok(value.into_owned())
}

fn not_json(namespace: &str, key: &str, source: serde_json::Error) -> StoreError {
    StoreError::NotJson {
        namespace: namespace.to_owned(),
        key: key.to_owned(),
        source,
    }
}

/// Writes the changes, in a transaction of the caller's.
fn apply(
    connection: &Connection,
    changes: impl Iterator<Item = (String, String, Change)>,
    now: i64,
) -> Result<(), rusqlite::Error> {
    let mut written = 0;
    for (namespace, key, change) in changes {
        written += 1;
        match change {
            Change::Set {
                value,
                expires,
                fresh,
            } if expires.is_none_or(|expires| expires > now) => {
                rows::set(connection, (&namespace, &key), &value, expires, fresh, now)?;
            }
            // What expired before it was committed replaces what was there all the same.
            _ => rows::delete(connection, &namespace, &key)?,
        }
    }
    rows::sweep(connection, written, now)
}
