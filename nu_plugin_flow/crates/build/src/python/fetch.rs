//! Wheels from where the lock says into the cache, by their digests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use flow_cache::{Bucket, Cache, Digest};

use super::{
    error::PythonError,
    lock::{Lock, Locked, Source},
    pip,
    tools::Tools,
    wheel::file_of,
};
use crate::error::BuildError;

const EXTENSION: &str = "whl";

/// The files of all wheels, in the order of the lock. Only those that are not
/// in the cache are fetched, and only what has its digest is kept.
///
/// # Errors
/// A wheel cannot be fetched, or is not the one that was locked. `lock_path` is
/// the lock file, for messages.
pub(super) fn fetch(
    lock: &Lock,
    lock_path: &Path,
    cache: &Cache,
    tools: &Tools<'_>,
) -> Result<Vec<PathBuf>, BuildError> {
    let mut missing = Vec::new();
    for locked in &lock.packages {
        if kept(cache, locked)?.is_none() {
            missing.push(locked);
        }
    }
    let urls: Vec<&str> = missing
        .iter()
        .filter_map(|locked| match &locked.source {
            Source::Url(url) => Some(url.as_str()),
            Source::Path(_) => None,
        })
        .collect();
    if !urls.is_empty() {
        (tools.on_line)(&format!("fetching {} packages", urls.len()));
        pip::download(&urls, tools)?;
    }
    for locked in missing {
        keep(locked, lock_path, cache, tools)?;
    }
    let paths = lock.packages.iter().map(|locked| {
        // Somebody may have emptied the cache since.
        kept(cache, locked)?.ok_or_else(|| {
            BuildError::io("find", cache.root(), std::io::ErrorKind::NotFound.into())
        })
    });
    paths.collect()
}

fn kept(cache: &Cache, locked: &Locked) -> Result<Option<PathBuf>, BuildError> {
    let entry = cache.get(Bucket::Wheels, &locked.digest, EXTENSION)?;
    Ok(entry
        .filter(|entry| entry.digest == locked.digest)
        .map(|entry| entry.path))
}

/// Takes one wheel that was fetched into the cache.
fn keep(
    locked: &Locked,
    lock_path: &Path,
    cache: &Cache,
    tools: &Tools<'_>,
) -> Result<(), BuildError> {
    let fetched = match &locked.source {
        Source::Path(path) => path.clone(),
        Source::Url(url) => tools.folder.join("wheels").join(file_of(url)),
    };
    let copy = |staging: &Path| {
        let copied = fs::copy(&fetched, staging);
        copied.map_err(|source| BuildError::io("read", &fetched, source))?;
        // Of the copy, which nobody changes any more.
        let found = Digest::of_file(staging);
        let found = found.map_err(|source| BuildError::io("read", staging, source))?;
        match found == locked.digest {
            true => Ok(()),
            false => Err(BuildError::from(PythonError::WrongDigest {
                wheel: locked.wheel.clone(),
                expected: locked.digest,
                found,
                lock: lock_path.to_owned(),
            })),
        }
    };
    cache.get_or_make(Bucket::Wheels, &locked.digest, EXTENSION, copy)?;
    Ok(())
}
