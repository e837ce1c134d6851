//! What is in files: opening, reading, writing, moving within.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wasmtime::{Caller, Linker};

use super::buffers::{buffers, transfer};
use super::calls;
use super::guest::{syscall, view, wasi};
use super::namespace::{ENV, WASI};
use crate::files::{Descriptor, Errno};
use crate::state::State;

/// Bytes that are read from a standard stream at once.
const STREAM: usize = 64 << 10;
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker
        .func_wrap(
            ENV,
            "__syscall_openat",
            |mut caller: Caller<'_, State>, directory: i32, path: i32, flags: i32, rest: i32| {
                syscall(open(&mut caller, directory, path, flags, rest))
            },
        )?
        .func_wrap(
            WASI,
            "fd_close",
            |mut caller: Caller<'_, State>, descriptor: i32| {
                wasi(caller.data_mut().files.close(descriptor))
            },
        )?
        .func_wrap_async(
            WASI,
            "fd_read",
            |mut caller: Caller<'_, State>,
             (descriptor, buffers, count, total): (i32, i32, i32, i32)| {
                Box::new(
                    async move { wasi(read(&mut caller, descriptor, buffers, count, total).await) },
                )
            },
        )?
        .func_wrap_async(
            WASI,
            "fd_write",
            |mut caller: Caller<'_, State>,
             (descriptor, buffers, count, total): (i32, i32, i32, i32)| {
                Box::new(async move {
                    wasi(write(&mut caller, descriptor, buffers, count, total).await)
                })
            },
        )?
        .func_wrap(
            WASI,
            "fd_pread",
            |mut caller: Caller<'_, State>,
             descriptor: i32,
             buffers: i32,
             count: i32,
             offset: i64,
             total: i32| {
                wasi(read_at(
                    &mut caller,
                    descriptor,
                    (buffers, count),
                    offset,
                    total,
                ))
            },
        )?
        .func_wrap(
            WASI,
            "fd_pwrite",
            |mut caller: Caller<'_, State>,
             descriptor: i32,
             buffers: i32,
             count: i32,
             offset: i64,
             total: i32| {
                wasi(write_at(
                    &mut caller,
                    descriptor,
                    (buffers, count),
                    offset,
                    total,
                ))
            },
        )?
        .func_wrap(
            WASI,
            "fd_seek",
            |mut caller: Caller<'_, State>,
             descriptor: i32,
             offset: i64,
             whence: i32,
             target: i32| {
                wasi(seek(&mut caller, descriptor, offset, whence, target))
            },
        )?
        .func_wrap(
            WASI,
            "fd_sync",
            |mut caller: Caller<'_, State>, descriptor: i32| {
                wasi(caller.data_mut().files.fsync(descriptor, false))
            },
        )?
        .func_wrap(
            ENV,
            "__syscall_fdatasync",
            |mut caller: Caller<'_, State>, descriptor: i32| {
                syscall(caller.data_mut().files.fsync(descriptor, true).map(|()| 0))
            },
        )?
        .func_wrap(
            ENV,
            "__syscall_ftruncate64",
            |mut caller: Caller<'_, State>, descriptor: i32, length: i64| {
                syscall(
                    caller
                        .data_mut()
                        .files
                        .ftruncate(descriptor, length)
                        .map(|()| 0),
                )
            },
        )?
        .func_wrap(
            ENV,
            "__syscall_truncate64",
            |mut caller: Caller<'_, State>, path: i32, length: i64| {
                syscall(truncate(&mut caller, path, length))
            },
        )?
        .func_wrap(
            ENV,
            "__syscall_fallocate",
            |mut caller: Caller<'_, State>,
             descriptor: i32,
             mode: i32,
             offset: i64,
             length: i64| {
                let files = &mut caller.data_mut().files;
                syscall(
                    files
                        .fallocate(descriptor, mode, offset, length)
                        .map(|()| 0),
                )
            },
        )?
        .func_wrap(
            ENV,
            "__syscall_fadvise64",
            |caller: Caller<'_, State>, descriptor: i32, _: i64, _: i64, _: i32| {
                syscall(caller.data().files.fadvise(descriptor).map(|()| 0))
            },
        )?
        .func_wrap(
            ENV,
            "__syscall_pipe",
            |mut caller: Caller<'_, State>, target: i32| syscall(pipe(&mut caller, target)),
        )?
        // Files are not mapped: a program that can, reads them instead.
        .func_wrap(
            ENV,
            "_mmap_js",
            |_: i32, _: i32, _: i32, _: i32, _: i64, _: i32, _: i32| syscall(Err(Errno::Nodev)),
        )?
        .func_wrap(
            ENV,
            "_munmap_js",
            |_: i32, _: i32, _: i32, _: i32, _: i32, _: i64| syscall(Err(Errno::Inval)),
        )?
        .func_wrap(
            ENV,
            "_msync_js",
            |_: i32, _: i32, _: i32, _: i32, _: i32, _: i64| syscall(Err(Errno::Inval)),
        )?;
    Ok(())
}

fn open(
    caller: &mut Caller<'_, State>,
    directory: i32,
    path: i32,
    flags: i32,
    rest: i32,
) -> Result<i32, Errno> {
    let (memory, state) = view(caller)?;
    let path = memory.string(path)?;
    let mode = if rest == 0 { 0 } else { memory.read_i32(rest)? };
    state
        .files
        .open(directory, path, flags.cast_unsigned(), mode.cast_unsigned())
}

async fn read(
    caller: &mut Caller<'_, State>,
    descriptor: i32,
    list: i32,
    count: i32,
    total: i32,
) -> Result<(), Errno> {
    if descriptor == calls::HOST {
        return calls::answer(caller, list, count, total);
    }
    let (mut memory, state) = view(caller)?;
    let list = buffers(&memory, list, count)?;
    let done;
    if state.files.descriptor(descriptor)? == Descriptor::Stdin {
        let Some((address, length)) = list.into_iter().find(|(_, length)| *length > 0) else {
            return memory.write_i32(total, 0);
        };
        memory.bytes(address, length)?;
        let mut chunk = vec![0; length.min(STREAM)];
        done = caller.data_mut().streams.input.read(&mut chunk).await?;
        (memory, _) = view(caller)?;
        memory.write(address, chunk.get(..done).unwrap_or_default())?;
    } else {
        done = transfer(list, |address, length, _| {
            state
                .files
                .read(descriptor, memory.bytes_mut(address, length)?)
        })?;
    }
    memory.write_i32(total, done as i32)
}

async fn write(
    caller: &mut Caller<'_, State>,
    descriptor: i32,
    list: i32,
    count: i32,
    total: i32,
) -> Result<(), Errno> {
    if descriptor == calls::HOST {
        return calls::ask(caller, list, count, total).await;
    }
    let (mut memory, state) = view(caller)?;
    let list = buffers(&memory, list, count)?;
    let kind = state.files.descriptor(descriptor)?;
    let mut done = 0;
    if matches!(kind, Descriptor::Stdout | Descriptor::Stderr) {
        for (address, length) in list {
            let (memory, _) = view(caller)?;
            let chunk = memory.bytes(address, length)?.to_vec();
            let streams = &mut caller.data_mut().streams;
            let stream = match kind {
                Descriptor::Stdout => &mut streams.output,
                _ => &mut streams.error,
            };
            stream.write_all(&chunk).await?;
            done += chunk.len();
        }
        (memory, _) = view(caller)?;
    } else {
        done = transfer(list, |address, length, _| {
            state
                .files
                .write(descriptor, memory.bytes(address, length)?)
        })?;
    }
    memory.write_i32(total, done as i32)
}

fn read_at(
    caller: &mut Caller<'_, State>,
    descriptor: i32,
    (list, count): (i32, i32),
    offset: i64,
    total: i32,
) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let list = buffers(&memory, list, count)?;
    let done = transfer(list, |address, length, done| {
        let offset = offset.saturating_add(done as i64);
        let target = memory.bytes_mut(address, length)?;
        state.files.pread(descriptor, target, offset)
    })?;
    memory.write_i32(total, done as i32)
}

fn write_at(
    caller: &mut Caller<'_, State>,
    descriptor: i32,
    (list, count): (i32, i32),
    offset: i64,
    total: i32,
) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let list = buffers(&memory, list, count)?;
    let done = transfer(list, |address, length, done| {
        let offset = offset.saturating_add(done as i64);
        let bytes = memory.bytes(address, length)?;
        state.files.pwrite(descriptor, bytes, offset)
    })?;
    memory.write_i32(total, done as i32)
}

fn seek(
    caller: &mut Caller<'_, State>,
    descriptor: i32,
    offset: i64,
    whence: i32,
    target: i32,
) -> Result<(), Errno> {
    let (mut memory, state) = view(caller)?;
    let position = state.files.seek(descriptor, offset, whence)?;
    memory.write_u64(target, position)
}

fn truncate(caller: &mut Caller<'_, State>, path: i32, length: i64) -> Result<i32, Errno> {
    let (memory, state) = view(caller)?;
    state.files.truncate(memory.string(path)?, length)?;
    Ok(0)
}

fn pipe(caller: &mut Caller<'_, State>, target: i32) -> Result<i32, Errno> {
    let (mut memory, state) = view(caller)?;
    let (reader, writer) = state.files.pipe(0)?;
    memory.write_i32(target, reader)?;
    memory.write_i32(target.wrapping_add(4), writer)?;
    Ok(0)
}
