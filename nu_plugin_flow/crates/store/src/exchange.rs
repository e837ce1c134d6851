//! Taking in what another store gave out.

use std::collections::HashMap;

use flow_contract::{check_key, check_namespace};
use rusqlite::Connection;

use crate::connection::Pool;
use crate::entry::Entry;
use crate::entry::{milliseconds, time};
use crate::error::StoreError;
use crate::limits::LIMITS;
use crate::{json, rows};

/// How to import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Import {
    /// Replace also what is newer in the store.
    pub overwrite: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many entries the store did not have.
    pub added: u64,
    /// How many took the place of another value or other times.
    pub replaced: u64,
    /// How many the store had, with the same value and times.
    pub unchanged: u64,
    /// Those that were not taken, in the order in which they were given.
    pub skipped: Vec<Skipped>,
}

/// An entry that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its namespace.
    pub namespace: String,
    /// Its key.
    pub key: String,
    /// Why.
    pub reason: String,
}

/// Imports in one transaction. A dry run takes no lock and makes no file.
pub(crate) fn import(
    pool: &Pool,
    entries: Vec<Entry>,
    options: Import,
) -> Result<Imported, StoreError> {
    let now = pool.now();
    let candidates = sort(entries, now);
    if options.dry_run {
        let imported = pool.read(|connection| {
            let transaction = connection.unchecked_transaction()?;
            take(&transaction, &candidates, options, now)
        })?;
        return Ok(imported.unwrap_or_else(|| into_nothing(&candidates)));
    }
    if candidates.iter().all(Result::is_err) {
        return Ok(into_nothing(&candidates));
    }
    let handle = pool.writer()?;
    let connection = &handle.connection;
    let imported = pool.begin(connection).and_then(|()| {
        let imported =
            take(connection, &candidates, options, now).map_err(|source| pool.failed(source));
        let ended = pool.end(connection, imported.is_ok());
        imported.and_then(|imported| ended.map(|()| imported))
    });
    pool.give_back(handle);
    imported
}

/// The entries as they would be stored, or why they are not, in the order they were given.
fn sort(entries: Vec<Entry>, now: i64) -> Vec<Result<Entry, Skipped>> {
    let mut candidates: Vec<Result<Entry, Skipped>> = entries
        .into_iter()
        .map(|entry| normal(entry, now))
        .collect();
    let mut latest: HashMap<(&str, &str), (usize, i64)> = HashMap::new();
    let mut superseded = Vec::new();
    for (index, entry) in candidates.iter().enumerate() {
        let Ok(entry) = entry else { continue };
        let updated = milliseconds(entry.updated);
        let name = (entry.namespace.as_str(), entry.key.as_str());
        match latest.get_mut(&name) {
            Some((_, later)) if *later > updated => superseded.push(index),
            Some(seen) => {
                superseded.push(seen.0);
                *seen = (index, updated);
            }
            None => {
                latest.insert(name, (index, updated));
            }
        }
    }
    for index in superseded {
        if let Some(candidate) = candidates.get_mut(index)
            && let Ok(entry) = candidate
        {
            *candidate = Err(skip(entry, "the import has a later value of the same key"));
        }
    }
    candidates
}

/// The entry as it would be stored: compact JSON, whole milliseconds.
fn normal(mut entry: Entry, now: i64) -> Result<Entry, Skipped> {
    let checked = check_namespace(&entry.namespace).and_then(|()| check_key(&entry.key));
    if let Err(error) = checked {
        return Err(skip(&entry, error.to_string()));
    }
    if entry
        .expires
        .is_some_and(|expires| milliseconds(expires) <= now)
    {
        return Err(skip(&entry, "it has expired"));
    }
    match json::compact(&entry.value) {
        Ok(value) if value.len() > LIMITS.value => {
            let reason = format!(
                "the value is too large: {} bytes of {}",
                value.len(),
                LIMITS.value
            );
            return Err(skip(&entry, reason));
        }
        Ok(value) => entry.value = value.into_owned(),
        Err(error) => return Err(skip(&entry, format!("the value is not JSON: {error}"))),
    }
    let whole = |moment| time(milliseconds(moment));
    entry.created = whole(entry.created);
    entry.updated = whole(entry.updated);
    entry.expires = entry.expires.map(whole);
    Ok(entry)
}

/// Goes through the candidates, and stores them unless it is a dry run.
fn take(
    connection: &Connection,
    candidates: &[Result<Entry, Skipped>],
    options: Import,
    now: i64,
) -> Result<Imported, rusqlite::Error> {
    let mut imported = Imported::default();
    for candidate in candidates {
        let entry = match candidate {
            Ok(entry) => entry,
            Err(skipped) => {
                imported.skipped.push(skipped.clone());
                continue;
            }
        };
        match rows::entry(connection, &entry.namespace, &entry.key, now)? {
            None => imported.added += 1,
            Some(stored) if stored == *entry => {
                imported.unchanged += 1;
                continue;
            }
            Some(stored) if options.overwrite || entry.updated > stored.updated => {
                imported.replaced += 1;
            }
            Some(_) => {
                imported
                    .skipped
                    .push(skip(entry, "the store has a newer value"));
                continue;
            }
        }
        if !options.dry_run {
            rows::put(connection, entry)?;
        }
    }
    if !options.dry_run {
        rows::sweep(connection, candidates.len(), now)?;
    }
    Ok(imported)
}

/// What comes of candidates where there is no store yet.
fn into_nothing(candidates: &[Result<Entry, Skipped>]) -> Imported {
    let mut imported = Imported::default();
    for candidate in candidates {
        match candidate {
            Ok(_) => imported.added += 1,
            Err(skipped) => imported.skipped.push(skipped.clone()),
        }
    }
    imported
}

fn skip(entry: &Entry, reason: impl Into<String>) -> Skipped {
    Skipped {
        namespace: entry.namespace.clone(),
        key: entry.key.clone(),
        reason: reason.into(),
    }
}
