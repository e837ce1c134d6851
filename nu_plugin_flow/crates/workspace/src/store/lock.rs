//! One lock per workspace id, against other threads and other processes; the system frees it when
//! its holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::workspace::WorkspaceId;

use super::folders::create_private;

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone does not free it where another thread is just starting a process, which
        // has the file too until it becomes its program. A failure leaves it to the closing.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the lock, or returns `None` if somebody else holds it.
    pub(super) fn try_now(folder: &Path, id: &WorkspaceId) -> Result<Option<Lock>, WorkspaceError> {
        create_private(folder)?;
        let path = folder.join(id.as_str());
        // Never deleted: a waiter would be left with the lock of a file that nobody else sees.
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = file.map_err(WorkspaceError::storage("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(WorkspaceError::storage("lock", &path)(error)),
        }
    }

    /// Takes the lock as soon as it is free; waits at most `patience` where the call has no deadline.
    pub(super) fn wait(
        folder: &Path,
        id: &WorkspaceId,
        call: &Call<'_>,
        patience: Duration,
    ) -> Result<Lock, WorkspaceError> {
        let started = Instant::now();
        let patience = call.remaining().unwrap_or(patience);
        loop {
            call.check()?;
            if let Some(lock) = Lock::try_now(folder, id)? {
                return Ok(lock);
            }
            if started.elapsed() >= patience {
                return Err(WorkspaceError::Busy {
                    id: id.to_string(),
                    waited: patience,
                });
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}
