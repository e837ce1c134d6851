use std::path::{Path, PathBuf};

use crate::{bucket::Bucket, digest::Digest, error::CacheError, location, place::Place, private};

/// The cache of one user. Cheap to clone; holds nothing open.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
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

    /// A private folder of that name in `bucket`, made where there is none.
    /// What is in it is the caller's affair.
    pub fn folder(&self, bucket: Bucket, name: &str) -> Result<PathBuf, CacheError> {
        let folder = self.root.join(bucket.directory());
        private::make_folder(&folder)?;
        let folder = folder.join(name);
        private::make_folder(&folder)?;
        Ok(folder)
    }

    /// The files of `key` in `bucket`; `extension` is without its dot.
    pub(crate) fn place(&self, bucket: Bucket, key: &Digest, extension: &str) -> Place {
        let folder = self.root.join(bucket.directory());
        let key = key.to_hex();
        Place {
            entry: folder.join(format!("{key}.{extension}")),
            record: folder.join(format!("{key}.{extension}.json")),
            lock: folder.join(format!("{key}.lock")),
            folder,
            key,
        }
    }
}
