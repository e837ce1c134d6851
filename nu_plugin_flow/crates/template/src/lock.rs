//! The lock of a project: one flow at a time goes from reading what is there to writing what
//! becomes of it.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::TemplateError;

/// How long to wait for another flow, which only writes a few small files.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// The lock of a project, held until this is dropped.
#[derive(Debug)]
pub(crate) struct ProjectLock {
    /// The project's folder itself, so that no file has to be written for the lock. `None` where
    /// the file system does not lock folders: there, a concurrent change is still noticed file by
    /// file.
    _folder: Option<File>,
}

impl ProjectLock {
    /// Waits for the lock of the project at `root`.
    ///
    /// # Errors
    /// Another flow holds it for too long.
    pub(crate) fn acquire(root: &Path) -> Result<ProjectLock, TemplateError> {
        let Ok(folder) = File::open(root) else {
            return Ok(ProjectLock { _folder: None });
        };
        let started = Instant::now();
        loop {
            match folder.try_lock() {
                Ok(()) => {
                    return Ok(ProjectLock {
                        _folder: Some(folder),
                    });
                }
                Err(TryLockError::Error(_)) => return Ok(ProjectLock { _folder: None }),
                Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                    thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(TemplateError::Busy {
                        path: root.to_owned(),
                    });
                }
            }
        }
    }
}
