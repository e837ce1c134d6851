//! How a call from Python reaches its [`Host`](crate::calls::Host). It needs no file, no module and
//! no pointer: a call is a write to a descriptor that no file has, and its
//! answer is what is read from there next. A snapshot therefore holds nothing
//! of the host, and an interpreter without one pays nothing.

use wasmtime::Caller;

use super::buffers::{buffers, transfer};
use super::guest::view;
use crate::files::Errno;
use crate::state::State;

/// The descriptor of the host: far above those of files, which end at
/// [`crate::files::DESCRIPTOR_LIMIT`]. `python/_pyodide_wasmtime.py` has it too.
pub(super) const HOST: i32 = 1 << 30;

/// A write of two buffers: the name, and the payload. What was "written" is the
/// length of the answer. An answer that nobody read is forgotten.
///
/// # Errors
/// `ENOSYS` where there is no host; `EIO` where it answered with an error,
/// whose text is read as an answer is.
pub(super) async fn ask(
    caller: &mut Caller<'_, State>,
    list: i32,
    count: i32,
    total: i32,
) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let list = buffers(&memory, list, count)?;
    let calls = state.calls.as_mut().ok_or(Errno::Nosys)?;
    let [(name, name_length), (payload, length)] = *list.as_slice() else {
        return Err(Errno::Inval);
    };
    let name = memory.bytes(name, name_length)?;
    let name = std::str::from_utf8(name).map_err(|_| Errno::Inval)?;
    calls.answer = Vec::new();
    calls.read = 0;
    let payload = memory.bytes(payload, length)?;
    let told = calls.host.call(name, payload).await;
    let failed = told.is_err();
    calls.answer = told.unwrap_or_else(String::into_bytes);
    let length = i32::try_from(calls.answer.len()).map_err(|_| Errno::Overflow)?;
    memory.write_i32(total, length)?;
    match failed {
        true => Err(Errno::Io),
        false => Ok(()),
    }
}

/// A read of the answer to the last call, or of what is left of it.
///
/// # Errors
/// `ENOSYS` where there is no host.
pub(super) fn answer(
    caller: &mut Caller<'_, State>,
    list: i32,
    count: i32,
    total: i32,
) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let list = buffers(&memory, list, count)?;
    let calls = state.calls.as_mut().ok_or(Errno::Nosys)?;
    let done = transfer(list, |address, length, _| {
        let rest = calls.answer.get(calls.read..).unwrap_or_default();
        let part = rest.get(..length).unwrap_or(rest);
        memory.write(address, part)?;
        calls.read += part.len();
        Ok(part.len())
    })?;
    if calls.read == calls.answer.len() {
        // It may be large, and the next call may be far.
        calls.answer = Vec::new();
        calls.read = 0;
    }
    memory.write_i32(total, done as i32)
}
