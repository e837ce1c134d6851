use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// What is written beside an entry: its digest, and the stat it had when that
/// digest was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub digest: Digest,
    pub stat: Stat,
}

/// The parts of a file's stat that change when somebody changes the file.
/// Times are nanoseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stat {
    pub size: u64,
    inode: u64,
    modified: i128,
    changed: i128,
}

impl Stat {
    /// The stat of a regular file; a symlink or folder is an error of kind
    /// `InvalidData`, because flow never puts one there.
    pub fn of(path: &Path) -> io::Result<Stat> {
        let metadata = fs::symlink_metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "not a regular file",
            ));
        }
        Ok(Stat::from(&metadata))
    }
}

#[cfg(unix)]
impl From<&fs::Metadata> for Stat {
    fn from(metadata: &fs::Metadata) -> Stat {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Stat {
            size: metadata.len(),
            inode: metadata.ino(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

#[cfg(not(unix))]
impl From<&fs::Metadata> for Stat {
    fn from(metadata: &fs::Metadata) -> Stat {
        let nanoseconds = |time: io::Result<std::time::SystemTime>| {
            time.ok()
                .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
                .map_or(0, |since| since.as_nanos() as i128)
        };
        Stat {
            size: metadata.len(),
            inode: 0,
            modified: nanoseconds(metadata.modified()),
            changed: nanoseconds(metadata.created()),
        }
    }
}
