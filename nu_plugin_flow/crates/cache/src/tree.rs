//! Entries that are folders: unpacked once, then only read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    bucket::Bucket,
    cache::Cache,
    digest::Digest,
    error::{CacheError, MakeError},
    place::Place,
    private,
    staging::{Staging, sweep},
};

/// A folder in a bucket, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The folder. Its files are read-only.
    pub path: PathBuf,
    /// True where it was there already, false where it was made now.
    pub cached: bool,
    /// How many files are below it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Written beside a folder when it is complete. Counting notices what was
/// removed or cut short; a change of the same length it does not notice, and
/// the files are read-only against that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Measure {
    files: u64,
    bytes: u64,
}

const EXTENSION: &str = "tree";

impl Cache {
    /// The folder of `key`, where there is a whole one.
    pub fn get_tree(&self, bucket: Bucket, key: &Digest) -> Result<Option<Tree>, CacheError> {
        let place = self.place(bucket, key, EXTENSION);
        if !place.folder.is_dir() {
            return Ok(None);
        }
        private::make_folder(&place.folder)?;
        Ok(place.tree())
    }

    /// Removes the folder of `key`, where it is there.
    pub fn remove_tree(&self, bucket: Bucket, key: &Digest) -> Result<(), CacheError> {
        self.remove(bucket, key, EXTENSION)
    }

    /// The folder of `key`, made by `make` where there is no whole one. `make`
    /// gets the path of an empty folder to fill; it runs once, also where
    /// several threads or processes ask at the same time: the others wait.
    ///
    /// # Errors
    /// What `make` returns, after which nothing is kept; or the cache's own.
    pub fn get_or_make_tree<E>(
        &self,
        bucket: Bucket,
        key: &Digest,
        make: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<Tree, MakeError<E>> {
        let place = self.place(bucket, key, EXTENSION);
        private::make_folder(&place.folder)?;
        if let Some(tree) = place.tree() {
            return Ok(tree);
        }
        let _lock = place.lock()?;
        if let Some(tree) = place.tree() {
            return Ok(tree);
        }
        sweep(&place.folder);
        place.discard()?;
        let staging = place.staging();
        private::make_folder(&staging.path)?;
        make(&staging.path).map_err(MakeError::Make)?;
        Ok(place.publish_tree(&staging)?)
    }
}

impl Place {
    /// The folder, where it has as many files and bytes as were recorded.
    fn tree(&self) -> Option<Tree> {
        let record: Measure = self.read_record()?;
        (measure(&self.entry).ok()? == record).then(|| self.whole(record, true))
    }

    fn whole(&self, measure: Measure, cached: bool) -> Tree {
        Tree {
            path: self.entry.clone(),
            cached,
            files: measure.files,
            bytes: measure.bytes,
        }
    }

    fn publish_tree(&self, staging: &Staging) -> Result<Tree, CacheError> {
        let failed = |source| CacheError::new("write a folder", &self.entry, source);
        make_read_only(&staging.path).map_err(failed)?;
        let measured = measure(&staging.path).map_err(failed)?;
        fs::rename(&staging.path, &self.entry).map_err(failed)?;
        self.write_record(&measured)?;
        Ok(self.whole(measured, false))
    }
}

/// Counts what is below `folder`; what is no file or folder is an error of kind
/// `InvalidData`, because flow never puts one there.
fn measure(folder: &Path) -> io::Result<Measure> {
    let mut sum = Measure::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            let below = measure(&entry.path())?;
            sum.files += below.files;
            sum.bytes += below.bytes;
        } else if metadata.is_file() {
            sum.files += 1;
            sum.bytes += metadata.len();
        } else {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(sum)
}

/// Takes the right to write from all files, not from the folders: who may not
/// write in a folder cannot delete the cache either.
fn make_read_only(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            make_read_only(&entry.path())?;
        } else {
            let mut permissions = metadata.permissions();
            permissions.set_readonly(true);
            fs::set_permissions(entry.path(), permissions)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{
            Barrier,
            atomic::{AtomicU64, Ordering},
        },
        thread,
        time::Duration,
    };

    use super::*;

    const BUCKET: Bucket = Bucket::Environments;

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache"));
        (folder, cache)
    }

    fn fill(folder: &Path) -> io::Result<()> {
        fs::create_dir(folder.join("package"))?;
        fs::write(folder.join("package/a.py"), "a = 1")?;
        fs::write(folder.join("b.py"), "b")
    }

    fn make(cache: &Cache, key: &Digest) -> Tree {
        cache.get_or_make_tree(BUCKET, key, fill).unwrap()
    }

    #[test]
    fn a_folder_is_made_once_and_found_again_and_its_files_are_read_only() {
        let (_folder, cache) = cache();
        let key = Digest::of(b"key");
        assert_eq!(cache.get_tree(BUCKET, &key).unwrap(), None);
        let made = make(&cache, &key);
        assert_eq!((made.cached, made.files, made.bytes), (false, 2, 6));
        let found = Tree {
            cached: true,
            ..made.clone()
        };
        assert_eq!(make(&cache, &key), found);
        assert_eq!(cache.get_tree(BUCKET, &key).unwrap(), Some(found));
        let file = fs::metadata(made.path.join("package/a.py")).unwrap();
        assert!(file.permissions().readonly());
    }

    #[test]
    fn a_folder_that_lost_something_or_its_record_is_made_anew() {
        let (_folder, cache) = cache();
        let key = Digest::of(b"key");
        let path = make(&cache, &key).path;
        let damage: [&dyn Fn(); 4] = [
            &|| fs::remove_file(path.join("b.py")).unwrap(),
            &|| {
                fs::remove_file(path.join("b.py")).unwrap();
                fs::write(path.join("b.py"), "").unwrap();
            },
            &|| fs::write(path.join("c.py"), "").unwrap(),
            &|| fs::remove_file(path.with_extension("tree.json")).unwrap(),
        ];
        for (index, damage) in damage.iter().enumerate() {
            damage();
            assert_eq!(
                cache.get_tree(BUCKET, &key).unwrap(),
                None,
                "damage {index}"
            );
            assert!(!make(&cache, &key).cached, "damage {index}");
            assert!(make(&cache, &key).cached, "damage {index}");
        }
    }

    #[test]
    fn a_maker_that_fails_leaves_nothing() {
        let (_folder, cache) = cache();
        let key = Digest::of(b"key");
        let error = cache.get_or_make_tree(BUCKET, &key, |folder| {
            fill(folder).unwrap();
            Err("no")
        });
        assert!(matches!(error, Err(MakeError::Make("no"))));
        let left = fs::read_dir(cache.root().join(BUCKET.directory())).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [format!("{}.lock", key.to_hex()).as_str()]);
        assert!(!make(&cache, &key).cached);
    }

    #[test]
    fn threads_that_ask_for_one_key_make_it_once() {
        let (_folder, cache) = cache();
        let (key, made, start) = (Digest::of(b"key"), AtomicU64::new(0), Barrier::new(8));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let tree = cache.get_or_make_tree(BUCKET, &key, |folder| {
                        made.fetch_add(1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(20));
                        fill(folder).unwrap();
                        Ok::<_, Infallible>(())
                    });
                    assert_eq!(tree.unwrap().files, 2);
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }
}
