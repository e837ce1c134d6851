//! Folders for intermediate files, shared by agents that use the same
//! toolchain: three agents of one template compile their dependencies once.
//!
//! Only one build may use a folder at a time, because packages of the same
//! name write the same files in it. There is one folder for every four cores:
//! a build waits rather than compile all dependencies again on few cores, and
//! on many it does not wait for long.

use std::{
    fs::{File, OpenOptions, TryLockError},
    num::NonZero,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use flow_cache::{Bucket, Cache, Digest};

use crate::error::BuildError;

const POLL: Duration = Duration::from_millis(20);
const CORES_PER_FOLDER: usize = 4;

/// A folder that is ours until this is dropped.
pub(crate) struct Scratch {
    pub path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// The first free folder among those for `shared` (a toolchain); waits for
    /// one, unless `cancel` becomes true: then nothing.
    pub fn acquire(
        cache: &Cache,
        shared: &str,
        cancel: &AtomicBool,
    ) -> Result<Option<Scratch>, BuildError> {
        let name = Digest::of(shared.as_bytes()).to_hex();
        let parent = cache.folder(Bucket::Scratch, name.get(..16).unwrap_or(&name))?;
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let count = (cores / CORES_PER_FOLDER).max(1);
        while !cancel.load(Ordering::Relaxed) {
            for number in 0..count {
                let lock = parent.join(format!("{number}.lock"));
                let failed = |source| BuildError::io("lock", &lock, source);
                let options = OpenOptions::new()
                    .create(true)
                    .truncate(false)
                    .write(true)
                    .open(&lock);
                let file = options.map_err(failed)?;
                match file.try_lock() {
                    Ok(()) => {
                        return Ok(Some(Scratch {
                            path: parent.join(number.to_string()),
                            _lock: file,
                        }));
                    }
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(source)) => return Err(failed(source)),
                }
            }
            thread::sleep(POLL);
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_by_one_build_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned());
        let (go, stop) = (AtomicBool::new(false), AtomicBool::new(true));
        let mut held = Vec::new();
        let cores = thread::available_parallelism().unwrap().get();
        for _ in 0..(cores / CORES_PER_FOLDER).max(1) {
            held.push(Scratch::acquire(&cache, "rustc 1", &go).unwrap().unwrap());
        }
        assert!(
            Scratch::acquire(&cache, "rustc 1", &stop)
                .unwrap()
                .is_none()
        );
        assert!(Scratch::acquire(&cache, "rustc 2", &go).unwrap().is_some());
        let first = held.remove(0).path;
        assert_eq!(
            Scratch::acquire(&cache, "rustc 1", &go)
                .unwrap()
                .unwrap()
                .path,
            first
        );
    }
}
