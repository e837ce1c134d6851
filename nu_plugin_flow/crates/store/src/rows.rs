//! The statements on single rows.

use rusqlite::{Connection, OptionalExtension, params};

use crate::entry::Entry;
use crate::entry::{milliseconds, time};

/// So many expired rows go with one commit, so that none becomes slow by them, and twice as many
/// as it writes, so that they do not pile up.
const SWEPT: usize = 256;

/// The value of a key that has not expired.
pub(crate) fn get(
    connection: &Connection,
    namespace: &str,
    key: &str,
    now: i64,
) -> Result<Option<String>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT value FROM memory WHERE namespace = ?1 AND key = ?2
            AND (expires IS NULL OR expires > ?3)",
        )?
        .query_row(params![namespace, key, now], |row| row.get(0))
        .optional()
}

/// The row of a key that has not expired.
pub(crate) fn entry(
    connection: &Connection,
    namespace: &str,
    key: &str,
    now: i64,
) -> Result<Option<Entry>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT value, created, updated, expires FROM memory
            WHERE namespace = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)",
        )?
        .query_row(params![namespace, key, now], |row| {
            Ok(Entry {
                namespace: namespace.to_owned(),
                key: key.to_owned(),
                value: row.get(0)?,
                created: time(row.get(1)?),
                updated: time(row.get(2)?),
                expires: row.get::<_, Option<i64>>(3)?.map(time),
            })
        })
        .optional()
}

/// Sets a key. It keeps the time it was created, unless it has expired or is `fresh`: it was
/// deleted before in the same record.
pub(crate) fn set(
    connection: &Connection,
    (namespace, key): (&str, &str),
    value: &str,
    expires: Option<i64>,
    fresh: bool,
    now: i64,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "INSERT INTO memory (namespace, key, value, created, updated, expires)
            VALUES (?1, ?2, ?3, ?4, ?4, ?5)
            ON CONFLICT (namespace, key) DO UPDATE SET
                value = excluded.value,
                created = iif(?6 OR memory.expires <= ?4, excluded.created, memory.created),
                updated = excluded.updated,
                expires = excluded.expires",
        )?
        .execute(params![namespace, key, value, now, expires, fresh])?;
    Ok(())
}

/// Puts a row in place of the one that may be there.
pub(crate) fn put(connection: &Connection, entry: &Entry) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("REPLACE INTO memory VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![
            entry.namespace,
            entry.key,
            entry.value,
            milliseconds(entry.created),
            milliseconds(entry.updated),
            entry.expires.map(milliseconds),
        ])?;
    Ok(())
}

/// Deletes a row, where there is one.
pub(crate) fn delete(
    connection: &Connection,
    namespace: &str,
    key: &str,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("DELETE FROM memory WHERE namespace = ?1 AND key = ?2")?
        .execute(params![namespace, key])?;
    Ok(())
}

/// Deletes expired rows, those that expired first and not all of them at once, in a transaction
/// that wrote so many rows.
pub(crate) fn sweep(
    connection: &Connection,
    written: usize,
    now: i64,
) -> Result<(), rusqlite::Error> {
    let most = i64::try_from(SWEPT + 2 * written).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "DELETE FROM memory WHERE (namespace, key) IN (
                SELECT namespace, key FROM memory INDEXED BY memory_expires
                WHERE expires <= ?1 ORDER BY expires LIMIT ?2
            )",
        )?
        .execute(params![now, most])?;
    Ok(())
}
