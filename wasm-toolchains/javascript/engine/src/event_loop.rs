//! Jobs and timers, run until a promise is settled.

use std::time::Duration;

use rquickjs::{Ctx, Promise, Result, Value, promise::PromiseState, qjs};

use crate::{host, interpreter::Interpreter};

/// How the wait for a promise ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The promise is settled.
    Done,
    /// No job or timer is left that could settle it.
    Never,
}

/// Runs all jobs that are ready.
///
/// # Errors
/// Fails with the exception that a job throws.
pub(crate) fn run_jobs(ctx: &Ctx<'_>) -> Result<()> {
    loop {
        let mut used = std::ptr::null_mut();
        // SAFETY: the runtime is that of a context in use; the engine has one thread.
        let ran = unsafe {
            qjs::JS_ExecutePendingJob(qjs::JS_GetRuntime(ctx.as_raw().as_ptr()), &mut used)
        };
        match ran {
            0 => return Ok(()),
            1.. => {}
            _ => return Err(rquickjs::Error::Exception),
        }
    }
}

/// Runs jobs and timers until `promise` is settled.
pub(crate) fn settle<'js>(
    interpreter: &Interpreter,
    ctx: &Ctx<'js>,
    promise: &Promise<'js>,
) -> Result<Waited> {
    loop {
        run_jobs(ctx)?;
        if promise.state() != PromiseState::Pending {
            return Ok(Waited::Done);
        }
        if !run_timers(interpreter, ctx)? {
            return Ok(Waited::Never);
        }
    }
}

/// Waits for the next timer and runs those that are due; false where there is none.
pub(crate) fn run_timers(interpreter: &Interpreter, ctx: &Ctx<'_>) -> Result<bool> {
    let wait: f64 = interpreter.internal(ctx, "nextTimer")?.call(())?;
    if wait < 0.0 {
        return Ok(false);
    }
    if wait > 0.0 {
        host::sleep(Duration::try_from_secs_f64(wait / 1000.0).unwrap_or(Duration::MAX));
    }
    interpreter.internal(ctx, "runTimers")?.call::<_, ()>(())?;
    Ok(true)
}

/// The value of a settled promise, or the reason of its rejection as an exception.
pub(crate) fn result<'js>(promise: &Promise<'js>) -> Result<Value<'js>> {
    promise.result().unwrap_or(Err(rquickjs::Error::Unknown))
}
