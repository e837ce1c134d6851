//! Environment variables, random bytes, and how large memory may grow.

use wasmtime::{Caller, Linker};

use super::guest::{View, view, wasi};
use super::namespace::{ENV, WASI};
use crate::files::Errno;
use crate::state::State;

/// Bytes that are asked of the operating system at once.
const RANDOM: usize = 1 << 20;
/// By how much memory grows at least, in bytes.
const STEP: u64 = 1 << 20;
/// The most that a 32-bit memory holds, but its last page.
const HEAP_MAX: u32 = 4_294_901_760;
const PAGE: u64 = 65_536;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker
        .func_wrap(
            WASI,
            "environ_sizes_get",
            |mut caller: Caller<'_, State>, count: i32, size: i32| {
                wasi(sizes(&mut caller, count, size))
            },
        )?
        .func_wrap(
            WASI,
            "environ_get",
            |mut caller: Caller<'_, State>, pointers: i32, buffer: i32| {
                wasi(variables(&mut caller, pointers, buffer))
            },
        )?
        .func_wrap(
            WASI,
            "random_get",
            |mut caller: Caller<'_, State>, buffer: i32, length: i32| {
                wasi(random(&mut caller, buffer, length))
            },
        )?
        .func_wrap(ENV, "emscripten_get_heap_max", || HEAP_MAX.cast_signed())?
        .func_wrap_async(
            ENV,
            "emscripten_resize_heap",
            |mut caller: Caller<'_, State>, (size,): (i32,)| {
                Box::new(async move { resize(&mut caller, size).await })
            },
        )?;
    Ok(())
}

fn sizes(caller: &mut Caller<'_, State>, count: i32, size: i32) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let bytes: usize = state
        .environment
        .iter()
        .map(|variable| variable.len() + 1)
        .sum();
    memory.write_i32(count, state.environment.len() as i32)?;
    memory.write_i32(size, bytes as i32)
}

fn variables(caller: &mut Caller<'_, State>, pointers: i32, buffer: i32) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let (mut pointer, mut target) = (pointers, buffer);
    for variable in &state.environment {
        memory.write_i32(pointer, target)?;
        memory.write_string(target, variable.len() + 1, variable)?;
        pointer = pointer.wrapping_add(4);
        target = target.wrapping_add(variable.len() as i32 + 1);
    }
    Ok(())
}

fn random(caller: &mut Caller<'_, State>, buffer: i32, length: i32) -> Result<(), Errno> {
    let (View(memory), _) = view(caller)?;
    let mut memory = View(memory);
    let target = memory.bytes_mut(buffer, length.cast_unsigned() as usize)?;
    for part in target.chunks_mut(RANDOM) {
        getrandom::fill(part).map_err(|_| Errno::Io)?;
    }
    Ok(())
}

/// Grows the memory to `size` bytes, by a fifth more where that is allowed:
/// growing often is slow. Answers 1, or 0 where it does not grow.
async fn resize(caller: &mut Caller<'_, State>, size: i32) -> wasmtime::Result<i32> {
    let wanted = u64::from(size.cast_unsigned());
    let Some(guest) = caller.data().guest else {
        return Ok(0);
    };
    let current = guest.memory.data_size(&*caller) as u64;
    // Growing costs a system call, and what was grown counts as used.
    let generous = (current + STEP).min(u64::from(HEAP_MAX));
    for size in [wanted.max(generous), wanted] {
        let more = size.saturating_sub(current).div_ceil(PAGE);
        if guest.memory.grow_async(&mut *caller, more).await.is_ok() {
            // What was refused on the way did not matter.
            caller.data_mut().memory.refused = None;
            return Ok(1);
        }
    }
    Ok(0)
}
