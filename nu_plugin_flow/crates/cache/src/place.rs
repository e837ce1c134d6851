use std::{
    fs::{self, File, OpenOptions},
    path::PathBuf,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::CacheError,
    private,
    staging::{self, Staging},
};

/// The files of one key.
pub(crate) struct Place {
    /// In hexadecimal.
    pub key: String,
    pub folder: PathBuf,
    pub entry: PathBuf,
    pub record: PathBuf,
    pub lock: PathBuf,
}

impl Place {
    /// Removes the entry and its record, where there are any.
    pub fn discard(&self) -> Result<(), CacheError> {
        for path in [&self.record, &self.entry] {
            staging::remove(path)
                .map_err(|source| CacheError::new("remove an entry", path, source))?;
        }
        Ok(())
    }

    /// What is remembered of the entry, unless it cannot be read.
    pub fn read_record<R: DeserializeOwned>(&self) -> Option<R> {
        serde_json::from_slice(&fs::read(&self.record).ok()?).ok()
    }

    /// Writes what is remembered of the entry.
    pub fn write_record(&self, record: &impl Serialize) -> Result<(), CacheError> {
        let failed = |source| CacheError::new("write a record", &self.record, source);
        let text = serde_json::to_vec(record).map_err(|error| failed(error.into()))?;
        let staging = self.staging();
        fs::write(&staging.path, text).map_err(failed)?;
        private::make_file(&staging.path).map_err(failed)?;
        fs::rename(&staging.path, &self.record).map_err(failed)
    }

    /// Where what becomes the entry or its record is written.
    pub fn staging(&self) -> Staging {
        Staging::new(&self.folder, &self.key)
    }

    /// Waits for the key's lock. The file stays: removing it would let a
    /// third process lock a new one while the second still holds the old.
    pub fn lock(&self) -> Result<File, CacheError> {
        let failed = |source| CacheError::new("lock an entry", &self.lock, source);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock)
            .map_err(failed)?;
        private::make_file(&self.lock).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }
}
