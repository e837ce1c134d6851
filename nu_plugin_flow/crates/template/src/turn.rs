//! One project, one flow at a time: from reading what is there to writing what becomes of it.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::TemplateError;

/// How long another flow is waited for: it only writes a few small files.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// The turn in a project; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// The project's folder itself, so that nothing has to be written for a lock. Where the file
    /// system locks no folders there is none: then what was changed meanwhile is still noticed,
    /// file by file.
    _folder: Option<File>,
}

impl Turn {
    /// Waits for the turn in the project at `root`.
    ///
    /// # Errors
    /// Another flow keeps it for too long.
    pub(crate) fn take(root: &Path) -> Result<Turn, TemplateError> {
        let Ok(folder) = File::open(root) else {
            return Ok(Turn { _folder: None });
        };
        let started = Instant::now();
        loop {
            match folder.try_lock() {
                Ok(()) => {
                    return Ok(Turn {
                        _folder: Some(folder),
                    });
                }
                Err(TryLockError::Error(_)) => return Ok(Turn { _folder: None }),
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
