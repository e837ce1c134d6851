//! Rows in the order of namespace and key, one after the other, none of them copied unasked.

use std::ops::ControlFlow;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use crate::entry::time;
use crate::entry::{Entry, Filter};

/// A row as SQLite has it in memory.
pub(crate) struct Stored<'row> {
    pub(crate) namespace: &'row str,
    pub(crate) key: &'row str,
    pub(crate) value: &'row str,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) expires: Option<i64>,
}

impl Stored<'_> {
    fn of<'row>(row: &'row Row<'_>) -> Result<Stored<'row>, rusqlite::Error> {
        Ok(Stored {
            namespace: row.get_ref(0)?.as_str()?,
            key: row.get_ref(1)?.as_str()?,
            value: row.get_ref(2)?.as_str()?,
            created: row.get(3)?,
            updated: row.get(4)?,
            expires: row.get(5)?,
        })
    }

    pub(crate) fn to_entry(&self) -> Entry {
        Entry {
            namespace: self.namespace.to_owned(),
            key: self.key.to_owned(),
            value: self.value.to_owned(),
            created: time(self.created),
            updated: time(self.updated),
            expires: self.expires.map(time),
        }
    }
}

/// Hands the live rows that `filter` lets through to `each`, until it breaks. The filter's limit
/// is the affair of the caller.
pub(crate) fn scan(
    connection: &Connection,
    filter: &Filter,
    now: i64,
    mut each: impl FnMut(&Stored<'_>) -> ControlFlow<()>,
) -> Result<(), rusqlite::Error> {
    let end = end_of(&filter.prefix);
    let after = filter.after.as_ref();
    let mut statement;
    let mut rows = match &filter.namespace {
        Some(namespace) => {
            let mut begin = filter.prefix.clone();
            if let Some((after_namespace, key)) = after {
                match after_namespace.cmp(namespace) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => begin = begin.max(next_after(key)),
                    std::cmp::Ordering::Greater => return Ok(()),
                }
            }
            statement = connection.prepare_cached(
                "SELECT namespace, key, value, created, updated, expires FROM memory
                WHERE namespace = ?1 AND key >= ?2 AND key < ?3
                AND (expires IS NULL OR expires > ?4) ORDER BY namespace, key",
            )?;
            statement.query(params![namespace, begin, end, now])?
        }
        None => {
            let (namespace, key) = after.map_or(("", String::new()), |(namespace, key)| {
                (namespace.as_str(), next_after(key))
            });
            // The sign keeps SQLite from looking for keys before namespaces.
            statement = connection.prepare_cached(
                "SELECT namespace, key, value, created, updated, expires FROM memory
                WHERE (namespace, key) >= (?1, ?2) AND +key >= ?3 AND +key < ?4
                AND (expires IS NULL OR expires > ?5) ORDER BY namespace, key",
            )?;
            statement.query(params![namespace, key, filter.prefix, end, now])?
        }
    };
    while let Some(row) = rows.next()? {
        if each(&Stored::of(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// The first text after `text` in SQLite's order, which is that of bytes.
pub(crate) fn next_after(text: &str) -> String {
    format!("{text}\0")
}

/// What all texts that begin with `prefix` come before, and nothing else that comes after it
/// does. An empty blob is after every text.
pub(crate) fn end_of(prefix: &str) -> Value {
    let mut signs: Vec<char> = prefix.chars().collect();
    while let Some(last) = signs.pop() {
        // The next character, past the gap of the surrogates; none after the very last.
        if let Some(next) = (last..=char::MAX).nth(1) {
            signs.push(next);
            return Value::Text(signs.into_iter().collect());
        }
    }
    Value::Blob(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_next_text_that_does_not_begin_with_it() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(end_of("a/"), text("a0"));
        assert_eq!(end_of("\u{d7ff}"), text("\u{e000}"));
        assert_eq!(end_of("a\u{10ffff}"), text("b"));
        assert_eq!(end_of("\u{10ffff}"), Value::Blob(Vec::new()));
        assert_eq!(end_of(""), Value::Blob(Vec::new()));
    }
}
