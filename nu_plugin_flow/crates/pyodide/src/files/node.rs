use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The number of a node in memory, unique and stable within one tree and all
/// trees frozen from it.
pub(super) type Inode = u64;

/// The entries of a directory, by name.
pub(super) type Entries = BTreeMap<Box<[u8]>, Inode>;

/// What one node costs of the byte limit besides its content.
pub(super) const NODE_COST: u64 = 256;

/// What one entry costs of the byte limit besides the bytes of its name.
pub(super) const ENTRY_COST: u64 = 64;

/// A moment: seconds and nanoseconds (below 10⁹) since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Time {
    /// Whole seconds, negative before 1970.
    pub seconds: i64,
    /// The nanoseconds after that second, below 10⁹.
    pub nanoseconds: u32,
}

impl Time {
    /// What the nodes of a base carry: 2026-01-01. Not 1970, because a zip
    /// archive cannot hold a date before 1980; not the present, so that the
    /// same base is the same bytes.
    pub(super) const OF_BASE: Time = Time {
        seconds: 1_767_225_600,
        nanoseconds: 0,
    };

    /// The present, by the host's clock.
    pub fn now() -> Time {
        SystemTime::now().into()
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Time {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Time {
                seconds: i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
                nanoseconds: after.subsec_nanos(),
            },
            Err(error) => {
                let before = error.duration();
                let seconds = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                match before.subsec_nanos() {
                    0 => Time {
                        seconds: -seconds,
                        nanoseconds: 0,
                    },
                    nanoseconds => Time {
                        seconds: -seconds - 1,
                        nanoseconds: 1_000_000_000 - nanoseconds,
                    },
                }
            }
        }
    }
}

/// A character device in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// Reads nothing, swallows everything.
    Null,
    /// Reads zeros.
    Zero,
    /// Reads random bytes of the host.
    Random,
    /// Opens as the standard input.
    Stdin,
    /// Opens as the standard output.
    Stdout,
    /// Opens as the standard error.
    Stderr,
}

/// The bytes of a file in memory.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Shared with the base, never written.
    Shared(Bytes),
    /// Shared with a named layer, of which a frozen tree keeps only a reference.
    Layered {
        layer: Arc<str>,
        path: Arc<str>,
        bytes: Bytes,
    },
    /// This instance's own.
    Owned(Vec<u8>),
}

impl Content {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Content::Shared(bytes) | Content::Layered { bytes, .. } => bytes,
            Content::Owned(bytes) => bytes,
        }
    }
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Directory(Entries),
    File(Content),
    Symlink(Box<[u8]>),
    Device(Device),
}

/// A node in memory.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The permission bits, without the type.
    pub(super) mode: u32,
    /// False once it has no name any more and lives only by a descriptor.
    pub(super) named: bool,
    pub(super) accessed: Time,
    pub(super) modified: Time,
    pub(super) changed: Time,
    pub(super) body: Body,
}

impl Node {
    pub(super) fn new(body: Body, mode: u32, now: Time) -> Node {
        Node {
            mode: mode & 0o7777,
            named: true,
            accessed: now,
            modified: now,
            changed: now,
            body,
        }
    }

    /// Its content was changed now.
    pub(super) fn touch(&mut self) {
        self.modified = Time::now();
        self.changed = self.modified;
    }

    pub(super) fn is_directory(&self) -> bool {
        matches!(self.body, Body::Directory(_))
    }

    pub(super) fn entries(&self) -> Option<&Entries> {
        match &self.body {
            Body::Directory(entries) => Some(entries),
            _ => None,
        }
    }

    /// What a private copy of it costs of the byte limit. Shared content is
    /// free until it is written.
    pub(super) fn cost(&self) -> u64 {
        NODE_COST
            + match &self.body {
                Body::Directory(entries) => {
                    entries.keys().map(|name| entry_cost(name)).sum::<u64>()
                }
                Body::File(Content::Owned(bytes)) => bytes.len() as u64,
                Body::File(_) | Body::Device(_) => 0,
                Body::Symlink(target) => target.len() as u64,
            }
    }
}

/// What an entry of that name costs of the byte limit.
pub(super) fn entry_cost(name: &[u8]) -> u64 {
    ENTRY_COST + name.len() as u64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_before_1970_has_its_nanoseconds_after_the_second() {
        let time = Time::from(UNIX_EPOCH - Duration::from_millis(1500));
        assert_eq!(time.seconds, -2);
        assert_eq!(time.nanoseconds, 500_000_000);
    }
}
