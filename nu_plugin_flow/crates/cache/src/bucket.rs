mod tree;

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use serde::Serialize;

pub use tree::Tree;

use crate::{
    Bucket, CacheError, Digest, MakeError, location,
    record::{Record, Stat},
};

/// A staging file this old was left by a process that was killed.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// The cache of one user. Cheap to clone; holds nothing open.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

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

/// The files of one key.
struct Place {
    folder: PathBuf,
    entry: PathBuf,
    record: PathBuf,
    lock: PathBuf,
}

impl Cache {
    /// The cache at `root`, which is made when first written to.
    pub fn at(root: PathBuf) -> Cache {
        Cache { root }
    }

    /// The user's cache: `$FLOW_CACHE_DIR`, else `$XDG_CACHE_HOME/flow`, else
    /// `~/.cache/flow` (on macOS and Windows their usual place).
    pub fn locate() -> Result<Cache, CacheError> {
        Ok(Cache::at(location::locate()?))
    }

    /// The directory that holds the buckets.
    pub fn root(&self) -> &Path {
        &self.root
    }

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
        self.make_private(&place.folder)?;
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
        self.make_private(&place.folder)?;
        if let Some(entry) = place.unchanged() {
            return Ok(entry);
        }
        let _lock = place.lock()?;
        if let Some(entry) = place.checked()? {
            return Ok(entry);
        }
        sweep(&place.folder);
        let staging = Staging::new(&place.folder, key);
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

    /// A private folder of that name in `bucket`, made where there is none.
    /// What is in it is the caller's affair.
    pub fn folder(&self, bucket: Bucket, name: &str) -> Result<PathBuf, CacheError> {
        let folder = self.root.join(bucket.directory());
        self.make_private(&folder)?;
        let folder = folder.join(name);
        self.make_private(&folder)?;
        Ok(folder)
    }

    /// Makes `folder` one that only its owner can enter, and makes sure that
    /// this is us: who can write there can have us run their machine code. The
    /// root may be any folder the user named, so an existing one is left as is.
    #[cfg(unix)]
    fn make_private(&self, folder: &Path) -> Result<(), CacheError> {
        use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
        let failed = |source| CacheError::new("make a directory", folder, source);
        let metadata = match fs::metadata(folder) {
            Ok(metadata) => metadata,
            Err(_) => {
                fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)
                    .map_err(failed)?;
                fs::metadata(folder).map_err(failed)?
            }
        };
        if !metadata.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(CacheError::NotPrivate {
                path: folder.to_owned(),
            });
        }
        if metadata.mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn make_private(&self, folder: &Path) -> Result<(), CacheError> {
        fs::create_dir_all(folder)
            .map_err(|source| CacheError::new("make a directory", folder, source))
    }

    fn place(&self, bucket: Bucket, key: &Digest, extension: &str) -> Place {
        let folder = self.root.join(bucket.directory());
        let key = key.to_hex();
        Place {
            entry: folder.join(format!("{key}.{extension}")),
            record: folder.join(format!("{key}.{extension}.json")),
            lock: folder.join(format!("{key}.lock")),
            folder,
        }
    }
}

impl Place {
    /// The entry, where its stat is the recorded one. Takes no lock: an entry
    /// that is being replaced does not match the record of the one before.
    fn unchanged(&self) -> Option<Entry> {
        let record = self.read_record()?;
        (Stat::of(&self.entry).ok()? == record.stat).then(|| self.hit(&record))
    }

    /// The entry, where its content has the recorded digest; what has not is
    /// removed. The caller holds the lock.
    fn checked(&self) -> Result<Option<Entry>, CacheError> {
        if let Some(entry) = self.unchanged() {
            return Ok(Some(entry));
        }
        if let Some(record) = self.read_record()
            && let Ok(stat) = Stat::of(&self.entry)
            && Digest::of_file(&self.entry).is_ok_and(|digest| digest == record.digest)
        {
            // Moved, copied or touched, but whole: remember its new stat.
            let record = Record { stat, ..record };
            self.write_record(&record.digest, &record)?;
            return Ok(Some(self.hit(&record)));
        }
        self.discard()?;
        Ok(None)
    }

    fn discard(&self) -> Result<(), CacheError> {
        for path in [&self.record, &self.entry] {
            remove(path).map_err(|source| CacheError::new("remove an entry", path, source))?;
        }
        Ok(())
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
        make_private_file(&staging.path).map_err(failed)?;
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
        self.write_record(&record.digest, &record)?;
        Ok(Entry {
            cached: false,
            ..self.hit(&record)
        })
    }

    fn read_record(&self) -> Option<Record> {
        serde_json::from_slice(&fs::read(&self.record).ok()?).ok()
    }

    /// Writes what is remembered of the entry; `name` is for the staging file.
    fn write_record(&self, name: &Digest, record: &impl Serialize) -> Result<(), CacheError> {
        let failed = |source| CacheError::new("write a record", &self.record, source);
        let text = serde_json::to_vec(record).map_err(|error| failed(error.into()))?;
        let staging = Staging::new(&self.folder, name);
        fs::write(&staging.path, text).map_err(failed)?;
        make_private_file(&staging.path).map_err(failed)?;
        fs::rename(&staging.path, &self.record).map_err(failed)
    }

    /// Waits for the key's lock. The file stays: removing it would let a
    /// third process lock a new one while the second still holds the old.
    fn lock(&self) -> Result<File, CacheError> {
        let failed = |source| CacheError::new("lock an entry", &self.lock, source);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock)
            .map_err(failed)?;
        make_private_file(&self.lock).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }
}

/// A file or folder being written; removed on drop unless it was renamed away.
struct Staging {
    path: PathBuf,
}

impl Staging {
    fn new(folder: &Path, key: &Digest) -> Staging {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.{}-{count}.staging", key.to_hex(), std::process::id());
        let path = folder.join(name);
        // Left by a killed process that had the same id.
        let _ = remove(&path);
        Staging { path }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = remove(&self.path);
    }
}

/// Removes the staging files that killed processes left. Failing to is no
/// reason not to make an entry.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let old = || {
            SystemTime::now()
                .duration_since(entry.metadata().ok()?.modified().ok()?)
                .ok()
        };
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "staging")
            && old().is_some_and(|age| age > STALE)
        {
            let _ = remove(&entry.path());
        }
    }
}

/// Removes whatever is at `path`; it is no error if there is nothing.
fn remove(path: &Path) -> io::Result<()> {
    let result = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn make_private_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private_file(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
