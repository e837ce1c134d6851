//! How long a caller waits, and how it gives up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::WorkspaceError;

/// How long a call to a provider may take.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Becomes true when the user gives up.
    pub cancel: &'a AtomicBool,
    /// When the call has to end; `None` leaves that to the provider.
    pub deadline: Option<Instant>,
}

impl<'a> Call<'a> {
    /// A call that ends when `cancel` becomes true or `timeout` has passed.
    pub fn new(cancel: &'a AtomicBool, timeout: Option<Duration>) -> Call<'a> {
        // A timeout beyond the end of the clock is no timeout.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Call { cancel, deadline }
    }

    /// Fails once the user has given up.
    pub fn check(&self) -> Result<(), WorkspaceError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(WorkspaceError::Cancelled);
        }
        Ok(())
    }

    /// Fails once the user has given up, or the time is over.
    pub(crate) fn check_time(&self) -> Result<(), WorkspaceError> {
        self.check()?;
        match self.remaining() {
            Some(Duration::ZERO) => Err(WorkspaceError::OutOfTime),
            _ => Ok(()),
        }
    }

    /// Time that is left; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }
}
