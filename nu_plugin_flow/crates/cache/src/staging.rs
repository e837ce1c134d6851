//! Files and folders that are being written.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

/// A staging file this old was left by a process that was killed.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// A file or folder being written; removed on drop unless it was renamed away.
pub(crate) struct Staging {
    pub path: PathBuf,
}

impl Staging {
    /// A path in `folder` for what is written for `key`, at which there is nothing.
    pub fn new(folder: &Path, key: &str) -> Staging {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{key}.{}-{count}.staging", std::process::id());
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
pub(crate) fn sweep(folder: &Path) {
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
pub(crate) fn remove(path: &Path) -> io::Result<()> {
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
