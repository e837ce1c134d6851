//! `dlopen` and `dlsym`: how Python loads extension modules.

mod content;
mod load;
mod symbols;

use wasmtime::{Caller, Linker, TypedFunc};

use super::guest::view;
use super::namespace::ENV;
use crate::error::{Error, Exit};
use crate::loading::guest;
use crate::state::State;

/// Fields of Emscripten's `struct dso`, as offsets.
const FLAGS: i32 = 4;
const ALLOCATED: i32 = 8;
const MEMORY: i32 = 12;
const MEMORY_SIZE: i32 = 16;
const TABLE: i32 = 20;
const TABLE_SIZE: i32 = 24;
const NAME: i32 = 36;
/// `RTLD_GLOBAL`.
const GLOBAL: i32 = 256;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker
        .func_wrap_async(
            ENV,
            "_dlopen_js",
            |mut caller: Caller<'_, State>, (handle,): (i32,)| {
                Box::new(async move {
                    match open(&mut caller, handle).await {
                        Ok(()) => Ok(1),
                        Err(error) => fail(&mut caller, &error).await,
                    }
                })
            },
        )?
        .func_wrap_async(
            ENV,
            "_dlsym_js",
            |mut caller: Caller<'_, State>, (handle, symbol, _number): (i32, i32, i32)| {
                Box::new(async move {
                    match symbols::look_up(&mut caller, handle, symbol).await {
                        Ok(address) => Ok(address),
                        Err(error) => fail(&mut caller, &error).await,
                    }
                })
            },
        )?;
    Ok(())
}

/// Leaves the reason for `dlerror`, and answers null.
async fn fail(caller: &mut Caller<'_, State>, error: &Error) -> wasmtime::Result<i32> {
    // What stops the guest is no error of the library.
    if let Error::Exit { status } = error {
        return Err(Exit(*status).into());
    }
    let message = error.in_full();
    caller.data_mut().libraries.failure = Some(message.clone());
    let main = guest(caller)?.main;
    let size = i32::try_from(message.len() + 1)?;
    let allocate: TypedFunc<i32, i32> = main.get_typed_func(&mut *caller, "malloc")?;
    let set: TypedFunc<(i32, i32), ()> = main.get_typed_func(&mut *caller, "__dl_seterr")?;
    let free: TypedFunc<i32, ()> = main.get_typed_func(&mut *caller, "free")?;
    let text = allocate.call_async(&mut *caller, size).await?;
    if text != 0 {
        if let Ok((mut memory, _)) = view(caller) {
            let _ = memory.write_string(text, message.len() + 1, message.as_bytes());
        }
        // The message is taken as it is: without arguments to format.
        set.call_async(&mut *caller, (text, 0)).await?;
        free.call_async(&mut *caller, text).await?;
    }
    Ok(0)
}

async fn open(caller: &mut Caller<'_, State>, handle: i32) -> Result<(), Error> {
    let (path, global) = {
        let (memory, _) = view(caller)?;
        let name = memory.string(handle.wrapping_add(NAME))?;
        let flags = memory.read_i32(handle.wrapping_add(FLAGS))?;
        (
            String::from_utf8_lossy(name).into_owned(),
            flags & GLOBAL != 0,
        )
    };
    let number = load::load(caller, &path, global, 0).await?;
    let libraries = &mut caller.data_mut().libraries;
    let Some(library) = libraries.loaded.get_mut(number) else {
        return Ok(());
    };
    library.record.handles.push(handle.cast_unsigned());
    library.record.global |= global;
    let record = library.record.clone();
    let sizes = library
        .prepared
        .as_ref()
        .map(|prepared| {
            (
                prepared.library.dylink.memory_size,
                prepared.library.dylink.table_size,
            )
        })
        .unwrap_or_default();
    let (mut memory, _) = view(caller)?;
    memory.write(handle.wrapping_add(ALLOCATED), &[1])?;
    for (field, value) in [
        (MEMORY, record.memory_base),
        (MEMORY_SIZE, sizes.0),
        (TABLE, record.table_base),
        (TABLE_SIZE, sizes.1),
    ] {
        memory.write_i32(handle.wrapping_add(field), value.cast_signed())?;
    }
    Ok(())
}
