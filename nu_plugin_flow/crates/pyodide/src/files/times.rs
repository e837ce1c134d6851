use std::{
    fs::{File, FileTimes},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    descriptors::Object,
    errno::Errno,
    file_system::{AT_FDCWD, FileSystem},
    host::{self, HostOpen},
    metadata::follow,
    mount::Mount,
    node::{Inode, Time},
    path::absolute,
    refusal::Purpose,
};

/// `UTIME_NOW` and `UTIME_OMIT` in the nanoseconds of a `timespec`.
const NOW: i64 = 0x3fff_ffff;
const OMIT: i64 = 0x3fff_fffe;

/// What becomes of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeChange {
    /// It stays.
    Keep,
    /// It becomes the present.
    Now,
    /// It becomes this one.
    At(Time),
}

impl TimeChange {
    /// What the two numbers of a `timespec` mean to `utimensat`.
    ///
    /// # Errors
    /// `EINVAL` for nanoseconds that are none.
    pub fn from_timespec(seconds: i64, nanoseconds: i64) -> Result<TimeChange, Errno> {
        match nanoseconds {
            NOW => Ok(TimeChange::Now),
            OMIT => Ok(TimeChange::Keep),
            0..1_000_000_000 => Ok(TimeChange::At(Time {
                seconds,
                nanoseconds: u32::try_from(nanoseconds).map_err(|_| Errno::Inval)?,
            })),
            _ => Err(Errno::Inval),
        }
    }

    fn apply(self, time: &mut Time) {
        match self {
            TimeChange::Keep => {}
            TimeChange::Now => *time = Time::now(),
            TimeChange::At(new) => *time = new,
        }
    }

    fn to_host(self) -> Result<Option<SystemTime>, Errno> {
        match self {
            TimeChange::Keep => Ok(None),
            TimeChange::Now => Ok(Some(SystemTime::now())),
            TimeChange::At(time) => {
                let seconds = Duration::from_secs(time.seconds.unsigned_abs());
                let whole = if time.seconds < 0 {
                    UNIX_EPOCH.checked_sub(seconds)
                } else {
                    UNIX_EPOCH.checked_add(seconds)
                };
                let nanoseconds = Duration::from_nanos(time.nanoseconds.into());
                let exact = whole.and_then(|whole| whole.checked_add(nanoseconds));
                Ok(Some(exact.ok_or(Errno::Inval)?))
            }
        }
    }
}

impl FileSystem {
    /// Sets the times of a path, or with an empty path those of the descriptor
    /// `directory`. Those of a symbolic link of the host stay as they are.
    ///
    /// # Errors
    /// `EROFS` in a read-only mount, `EACCES` for what is not granted.
    pub fn set_times(
        &mut self,
        directory: i32,
        path: &[u8],
        accessed: TimeChange,
        modified: TimeChange,
        flags: u32,
    ) -> Result<(), Errno> {
        if path.is_empty() && directory != AT_FDCWD {
            return self.set_open_times(directory, accessed, modified);
        }
        let follow = follow(flags);
        let at = self.resolve(directory, path, follow, Purpose::Change)?;
        if let Some(number) = at.layers.host() {
            let (mount, path, metadata) = self.host_to_change(number, &at, follow)?;
            if metadata.is_symlink() {
                return Ok(());
            }
            if !metadata.is_file() && !metadata.is_dir() {
                return Err(Errno::Acces);
            }
            let how = HostOpen {
                read: true,
                follow: true,
                ..HostOpen::default()
            };
            let file = host::open(&mount.directory, &path, how)
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change))?;
            return set_host_times(&file, accessed, modified);
        }
        let inode = self.node_to_change(&at, Errno::Perm)?;
        self.may_change(&at.path)?;
        self.set_memory_times(inode, accessed, modified)
    }

    fn set_open_times(
        &mut self,
        descriptor: i32,
        accessed: TimeChange,
        modified: TimeChange,
    ) -> Result<(), Errno> {
        let file = self.descriptors.get(descriptor)?;
        let path = file.path.clone();
        match &file.object {
            Object::Memory(inode) => {
                let inode = *inode;
                self.may_change(&path)?;
                self.set_memory_times(inode, accessed, modified)
            }
            Object::Host { file, mount } => {
                if !self.mounts.get(*mount).is_some_and(Mount::is_writable) {
                    return Err(Errno::Rofs);
                }
                set_host_times(file, accessed, modified)
            }
            Object::Directory(_) => {
                self.set_times(AT_FDCWD, &absolute(&path), accessed, modified, 0)
            }
            _ => Err(Errno::Inval),
        }
    }

    fn set_memory_times(
        &mut self,
        inode: Inode,
        accessed: TimeChange,
        modified: TimeChange,
    ) -> Result<(), Errno> {
        let node = self.memory.change(inode)?;
        accessed.apply(&mut node.accessed);
        modified.apply(&mut node.modified);
        node.changed = Time::now();
        Ok(())
    }
}

fn set_host_times(file: &File, accessed: TimeChange, modified: TimeChange) -> Result<(), Errno> {
    let mut times = FileTimes::new();
    if let Some(time) = accessed.to_host()? {
        times = times.set_accessed(time);
    }
    if let Some(time) = modified.to_host()? {
        times = times.set_modified(time);
    }
    Ok(file.set_times(times)?)
}
