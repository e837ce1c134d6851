//! How much is in a store.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, params};

use crate::digest::Digest;
use crate::entry::time;
use crate::entry::{Filter, Namespace};
use crate::location;
use crate::scan;

/// What a store holds. All but the sizes of files is of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// How many namespaces have keys.
    pub namespaces: u64,
    /// How many keys there are.
    pub keys: u64,
    /// The bytes of all values, as JSON text.
    pub bytes: u64,
    /// How many rows have expired and are still to be removed from the file.
    pub expired: u64,
    /// The bytes of the file, and of what SQLite keeps beside it until it is merged (`-wal`).
    pub file_size: u64,
    /// The version of the file's schema; 0 where there is no file yet.
    pub schema: u32,
    /// When the first of the keys was created.
    pub oldest: Option<SystemTime>,
    /// When the last of the values was set.
    pub newest: Option<SystemTime>,
    /// The [digest](crate::store::Store::digest) of everything.
    pub digest: String,
}

impl Statistics {
    /// Those of a store that has no file yet.
    pub(crate) fn of_nothing() -> Statistics {
        Statistics {
            namespaces: 0,
            keys: 0,
            bytes: 0,
            expired: 0,
            file_size: 0,
            schema: 0,
            oldest: None,
            newest: None,
            digest: Digest::new().finish(),
        }
    }

    /// Reads them in one transaction.
    pub(crate) fn read(
        connection: &Connection,
        path: &Path,
        now: i64,
    ) -> Result<Statistics, rusqlite::Error> {
        let transaction = connection.unchecked_transaction()?;
        let mut statistics = Statistics::of_nothing();
        statistics.schema = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        statistics.expired = count(transaction.query_row(
            "SELECT count(*) FROM memory WHERE expires <= ?1",
            [now],
            |row| row.get(0),
        )?);
        let (mut oldest, mut newest) = (None::<i64>, None::<i64>);
        let mut last = String::new();
        let mut digest = Digest::new();
        scan::scan(&transaction, &Filter::default(), now, |row| {
            if statistics.keys == 0 || last != row.namespace {
                statistics.namespaces += 1;
                row.namespace.clone_into(&mut last);
            }
            statistics.keys += 1;
            statistics.bytes += row.value.len() as u64;
            oldest = Some(oldest.map_or(row.created, |oldest| oldest.min(row.created)));
            newest = Some(newest.map_or(row.updated, |newest| newest.max(row.updated)));
            digest.add(row);
            ControlFlow::Continue(())
        })?;
        transaction.finish()?;
        statistics.oldest = oldest.map(time);
        statistics.newest = newest.map(time);
        statistics.digest = digest.finish();
        statistics.file_size = ["", "-wal"]
            .iter()
            .filter_map(|suffix| fs::metadata(location::with_suffix(path, suffix)).ok())
            .map(|metadata| metadata.len())
            .sum();
        Ok(statistics)
    }
}

/// The namespaces that have live keys, in order.
pub(crate) fn namespaces(
    connection: &Connection,
    now: i64,
) -> Result<Vec<Namespace>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT namespace, count(*), sum(octet_length(value)), max(updated) FROM memory
            WHERE expires IS NULL OR expires > ?1 GROUP BY namespace ORDER BY namespace",
        )?
        .query_map(params![now], |row| {
            Ok(Namespace {
                name: row.get(0)?,
                keys: count(row.get(1)?),
                bytes: count(row.get(2)?),
                updated: time(row.get(3)?),
            })
        })?
        .collect()
}

/// SQLite counts in signed numbers.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
