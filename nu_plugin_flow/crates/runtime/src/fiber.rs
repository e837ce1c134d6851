//! Where guests run: on the stack of the calling thread, or on a fiber that may wait.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::error::RunError;

/// Runs `work` to its end on this thread. Where it `waits`, a guest in it is on a fiber,
/// and the thread waits with it; else nothing in it does, and nothing is set up for that.
pub(crate) fn block_on<T>(
    waits: bool,
    work: impl Future<Output = Result<T, RunError>>,
) -> Result<T, RunError> {
    if waits {
        return wasmtime_wasi::runtime::in_tokio(work);
    }
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(ended) => ended,
        Poll::Pending => Err(RunError::Host {
            reason: "a guest without a fiber waits".into(),
        }),
    }
}
