//! One file, as a whole.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::connection::{Pool, Settings};
use crate::digest::Digest;
use crate::entry::{Entry, Filter, Namespace};
use crate::error::StoreError;
use crate::exchange::{Import, Imported};
use crate::scan::{Stored, scan};
use crate::session::Session;
use crate::statistics::Statistics;
use crate::{exchange, statistics};

/// The store in one file. Cheap to clone; the clones share their connections, as all threads may.
#[derive(Clone)]
pub struct Store {
    pool: Arc<Pool>,
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Store").field(&self.path()).finish()
    }
}

impl Store {
    /// The store at `path`. Nothing is opened yet; the first write makes the file and its folder,
    /// and until then there is nothing in it.
    pub fn at(path: &Path) -> Store {
        Store::with(path, Settings::default())
    }

    pub(crate) fn with(path: &Path, settings: Settings) -> Store {
        // The process may go to another directory before the file is opened.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Store {
            pool: Arc::new(Pool::new(path, settings)),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.pool.path
    }

    /// Whether the file is there.
    pub fn exists(&self) -> bool {
        self.pool.path.is_file()
    }

    /// A session of its own. It opens nothing until it is used.
    pub fn session(&self) -> Session {
        Session::new(Arc::clone(&self.pool))
    }

    /// The entries that `filter` lets through, in the order of namespace and key.
    pub fn entries(&self, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
        self.collect(filter, |_| true)
    }

    /// The entries among those of `filter` that have `text` in their key or value. Upper and
    /// lower case are the same. A value is searched as JSON text, and where that has escapes also
    /// as what they stand for.
    pub fn search(&self, text: &str, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
        let text = text.to_lowercase();
        self.collect(filter, |row| {
            contains(row.key, &text)
                || contains(row.value, &text)
                || row.value.contains('\\')
                    && serde_json::from_str(row.value)
                        .is_ok_and(|value| value_contains(&value, &text))
        })
    }

    /// The namespaces that have keys, in order.
    pub fn namespaces(&self) -> Result<Vec<Namespace>, StoreError> {
        let now = self.pool.now();
        let found = self
            .pool
            .read(|connection| statistics::namespaces(connection, now))?;
        Ok(found.unwrap_or_default())
    }

    /// How much there is. Reads everything.
    pub fn statistics(&self) -> Result<Statistics, StoreError> {
        let now = self.pool.now();
        let found = self
            .pool
            .read(|connection| Statistics::read(connection, self.path(), now))?;
        Ok(found.unwrap_or_else(Statistics::of_nothing))
    }

    /// `sha256:` and a digest of all live entries with their times. It does not depend on how
    /// the file lays them out: a copy by export and import has the same.
    pub fn digest(&self) -> Result<String, StoreError> {
        let now = self.pool.now();
        let mut digest = Digest::new();
        self.pool.read(|connection| {
            scan(connection, &Filter::default(), now, |row| {
                digest.add(row);
                ControlFlow::Continue(())
            })
        })?;
        Ok(digest.finish())
    }

    /// Takes entries into the store, in one transaction. One that is there and differs is replaced
    /// where the imported one was updated later, or where `options` say so.
    pub fn import(&self, entries: Vec<Entry>, options: Import) -> Result<Imported, StoreError> {
        exchange::import(&self.pool, entries, options)
    }

    fn collect(
        &self,
        filter: &Filter,
        accept: impl Fn(&Stored<'_>) -> bool,
    ) -> Result<Vec<Entry>, StoreError> {
        let now = self.pool.now();
        let limit = filter.limit.unwrap_or(usize::MAX);
        let mut found = Vec::new();
        if limit == 0 {
            return Ok(found);
        }
        self.pool.read(|connection| {
            scan(connection, filter, now, |row| {
                if accept(row) {
                    found.push(row.to_entry());
                }
                if found.len() < limit {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })
        })?;
        Ok(found)
    }
}

fn contains(text: &str, lowercase: &str) -> bool {
    text.to_lowercase().contains(lowercase)
}

fn value_contains(value: &Value, lowercase: &str) -> bool {
    match value {
        Value::String(text) => contains(text, lowercase),
        Value::Array(items) => items.iter().any(|item| value_contains(item, lowercase)),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| contains(name, lowercase) || value_contains(value, lowercase)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_shared_by_threads_and_a_session_goes_to_another() {
        fn shared<Shared: Send + Sync>() {}
        fn sent<Sent: Send>() {}
        shared::<Store>();
        sent::<Session>();
    }

    #[test]
    fn a_relative_path_is_one_of_the_directory_it_was_given_in() {
        let path = Store::at(Path::new("memory.db")).path().to_owned();
        assert_eq!(path, std::env::current_dir().unwrap().join("memory.db"));
    }
}
