//! Entries that are files.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
};

use crate::{
    bucket::Bucket,
    cache::Cache,
    digest::Digest,
    error::{CacheError, MakeError},
    place::Place,
    private,
    record::{Record, Stat},
    staging::{Staging, sweep},
};

/// An entry that is complete and has its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file. Read it, do not write it.
    pub path: PathBuf,
    /// True where it was there already, false where it was made now.
    pub cached: bool,
    /// The digest of its content.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

impl Cache {
    /// The entry of `key`, where there is an undamaged one. `extension` is
    /// without its dot; a damaged entry is removed.
    pub fn get(
        &self,
        bucket: Bucket,
        key: &Digest,
        extension: &str,
    ) -> Result<Option<Entry>, CacheError> {
        let place = self.place(bucket, key, extension);
        if !place.folder.is_dir() {
            return Ok(None);
        }
        private::make_folder(&place.folder)?;
        if let Some(entry) = place.unchanged() {
            return Ok(Some(entry));
        }
        if !place.entry.exists() {
            return Ok(None);
        }
        let _lock = place.lock()?;
        place.checked()
    }

    /// The entry of `key`, made by `make` where there is none. `make` gets the
    /// path of a staging file to write; it runs once, also where several
    /// threads or processes ask at the same time: the others wait for it.
    ///
    /// # Errors
    /// What `make` returns, after which nothing is kept; or the cache's own.
    pub fn get_or_make<E>(
        &self,
        bucket: Bucket,
        key: &Digest,
        extension: &str,
        make: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<Entry, MakeError<E>> {
        let place = self.place(bucket, key, extension);
        private::make_folder(&place.folder)?;
        if let Some(entry) = place.unchanged() {
            return Ok(entry);
        }
        let _lock = place.lock()?;
        if let Some(entry) = place.checked()? {
            return Ok(entry);
        }
        sweep(&place.folder);
        let staging = place.staging();
        make(&staging.path).map_err(MakeError::Make)?;
        Ok(place.publish(staging)?)
    }

    /// Removes the entry of `key`, where there is one.
    pub fn remove(&self, bucket: Bucket, key: &Digest, extension: &str) -> Result<(), CacheError> {
        let place = self.place(bucket, key, extension);
        if !place.folder.is_dir() {
            return Ok(());
        }
        let _lock = place.lock()?;
        place.discard()
    }
}

impl Place {
    /// The entry, where its stat is the recorded one. Takes no lock: an entry
    /// that is being replaced does not match the record of the one before.
    fn unchanged(&self) -> Option<Entry> {
        let record: Record = self.read_record()?;
        (Stat::of(&self.entry).ok()? == record.stat).then(|| self.hit(&record))
    }

    /// The entry, where its content has the recorded digest; what has not is
    /// removed. The caller holds the lock.
    fn checked(&self) -> Result<Option<Entry>, CacheError> {
        if let Some(entry) = self.unchanged() {
            return Ok(Some(entry));
        }
        if let Some(record) = self.read_record::<Record>()
            && let Ok(stat) = Stat::of(&self.entry)
            && Digest::of_file(&self.entry).is_ok_and(|digest| digest == record.digest)
        {
            // Moved, copied or touched, but whole: remember its new stat.
            let record = Record { stat, ..record };
            self.write_record(&record)?;
            return Ok(Some(self.hit(&record)));
        }
        self.discard()?;
        Ok(None)
    }

    fn hit(&self, record: &Record) -> Entry {
        Entry {
            path: self.entry.clone(),
            cached: true,
            digest: record.digest,
            size: record.stat.size,
        }
    }

    fn publish(&self, staging: Staging) -> Result<Entry, CacheError> {
        let failed = |source| CacheError::new("write an entry", &self.entry, source);
        if !staging.path.is_file() {
            return Err(CacheError::NothingMade {
                path: staging.path.clone(),
            });
        }
        private::make_file(&staging.path).map_err(failed)?;
        // Opened for writing, because Windows syncs no file that is not.
        OpenOptions::new()
            .write(true)
            .open(&staging.path)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
        let digest = Digest::of_file(&staging.path).map_err(failed)?;
        fs::rename(&staging.path, &self.entry).map_err(failed)?;
        // Renaming changes the ctime, so the stat is taken after it.
        let record = Record {
            digest,
            stat: Stat::of(&self.entry).map_err(failed)?,
        };
        self.write_record(&record)?;
        Ok(Entry {
            cached: false,
            ..self.hit(&record)
        })
    }
}

#[cfg(test)]
mod tests;
