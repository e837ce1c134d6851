//! Deadline and cancellation: until when a guest may run.

use std::future::Future;
use std::time::Instant;

use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// Why the host stopped a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Stop {
    #[error("out of time")]
    Timeout,
    #[error("interrupted")]
    Interrupted,
}

/// When a guest has to be done, and what cancels it before.
#[derive(Clone, Copy)]
pub(crate) struct Clock<'a> {
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: &'a CancellationToken,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(deadline: Option<Instant>, cancel: &'a CancellationToken) -> Self {
        Self { deadline, cancel }
    }

    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether the guest may go on.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        if self.is_over() {
            return Err(Stop::Timeout);
        }
        Ok(())
    }

    /// Runs `future`, and drops it, with whatever host call it is in, at the deadline or
    /// when it is cancelled.
    pub(crate) async fn bound<T>(
        &self,
        future: impl Future<Output = wasmtime::Result<T>>,
    ) -> wasmtime::Result<T> {
        let out_of_time = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            done = future => done,
            () = self.cancel.cancelled() => Err(Stop::Interrupted.into()),
            () = out_of_time => Err(Stop::Timeout.into()),
        }
    }
}

/// The earlier of two moments, where there are two.
pub(crate) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
