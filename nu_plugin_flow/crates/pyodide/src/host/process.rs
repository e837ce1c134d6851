//! Ending, and what has to do with processes and users: there is one process,
//! which belongs to nobody and has no others.

use thiserror::Error;
use wasmtime::{Caller, Linker};

use super::guest::{syscall, view};
use super::namespace::{ENV, WASI};
use crate::error::Exit;
use crate::files::Errno;
use crate::state::State;

/// The user and group that everything belongs to.
const NOBODY: i32 = 0;
const NAME: &[u8] = b"python";

/// `abort()`, after CPython has said why on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("python aborted")]
pub(crate) struct Abort;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker
        .func_wrap(WASI, "proc_exit", |status: i32| -> wasmtime::Result<()> {
            Err(Exit(status).into())
        })?
        .func_wrap(ENV, "exit", |status: i32| -> wasmtime::Result<()> {
            Err(Exit(status).into())
        })?
        .func_wrap(ENV, "_abort_js", || -> wasmtime::Result<()> {
            Err(Abort.into())
        })?
        .func_wrap(
            ENV,
            "__assert_fail",
            |_: i32, _: i32, _: i32, _: i32| -> wasmtime::Result<()> { Err(Abort.into()) },
        )?
        .func_wrap(ENV, "__syscall_getuid32_js", || NOBODY)?
        .func_wrap(ENV, "_emscripten_system", |command: i32| {
            // With no command, it asks whether there is a shell.
            if command == 0 {
                0
            } else {
                syscall(Err(Errno::Nosys))
            }
        })?
        .func_wrap(
            ENV,
            "_emscripten_get_progname",
            |mut caller: Caller<'_, State>, buffer: i32, size: i32| {
                if let Ok((mut memory, _)) = view(&mut caller) {
                    let _ = memory.write_string(buffer, size.cast_unsigned() as usize, NAME);
                }
            },
        )?
        .func_wrap(
            ENV,
            "__call_sighandler",
            |_: i32, _: i32| -> wasmtime::Result<()> {
                Err(wasmtime::Error::msg("signals are not there"))
            },
        )?;
    Ok(())
}
