//! Jobs and timers, until what is waited for has happened.

use std::time::Duration;

use rquickjs::{Ctx, Promise, Result, Value, promise::PromiseState, qjs};

use crate::{host, interpreter::Interpreter};

/// How waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// What was waited for has happened.
    Done,
    /// Nothing is left that could make it happen.
    Never,
}

/// Runs all jobs that are ready. An exception in one is the error.
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

/// Waits for the next timer and runs those that are due. False where there is none.
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

/// What `promise` was fulfilled with, or the exception of what it was rejected with.
pub(crate) fn result<'js>(promise: &Promise<'js>) -> Result<Value<'js>> {
    promise.result().unwrap_or(Err(rquickjs::Error::Unknown))
}
