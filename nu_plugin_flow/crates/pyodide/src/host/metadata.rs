//! What is known about files, and their names: `stat`, directories, links.

use wasmtime::{Caller, Linker};

use super::guest::{View, syscall, view, wasi};
use super::namespace::{ENV, WASI};
use crate::files::{
    AT_FDCWD, AT_REMOVEDIR, Descriptor, Errno, F_GETLK, Metadata, Space, TimeChange,
};
use crate::state::State;

/// Bytes of an entry of a directory, and where its fields are.
const ENTRY: usize = 280;
const ENTRY_OFFSET: i32 = 8;
const ENTRY_LENGTH: i32 = 16;
const ENTRY_TYPE: i32 = 18;
const ENTRY_NAME: i32 = 19;
const NAME: usize = 256;
/// The kind of a lock that nobody holds.
const F_UNLCK: i16 = 2;

/// Shorthand for the many functions that take numbers and answer one.
macro_rules! syscalls {
    ($linker:ident, $($name:literal => |$caller:ident $(, $parameter:ident)*| $body:expr;)*) => {
        $($linker.func_wrap(
            ENV,
            $name,
            |mut caller: Caller<'_, State> $(, $parameter: i32)*| {
                let $caller = &mut caller;
                #[allow(unused_mut, reason = "some only look")]
                let mut answer = || -> Result<i32, Errno> { $body };
                syscall(answer())
            },
        )?;)*
    };
}

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    syscalls! { linker,
        "__syscall_stat64" => |caller, path, target| {
            let (mut memory, state) = view(caller)?;
            let found = state.files.stat(memory.string(path)?)?;
            write_metadata(&mut memory, target, &found)
        };
        "__syscall_lstat64" => |caller, path, target| {
            let (mut memory, state) = view(caller)?;
            let found = state.files.lstat(memory.string(path)?)?;
            write_metadata(&mut memory, target, &found)
        };
        "__syscall_fstat64" => |caller, descriptor, target| {
            let (mut memory, state) = view(caller)?;
            let found = state.files.metadata(descriptor)?;
            write_metadata(&mut memory, target, &found)
        };
        "__syscall_newfstatat" => |caller, directory, path, target, flags| {
            let (mut memory, state) = view(caller)?;
            let path = memory.string(path)?;
            let found = state.files.metadata_at(directory, path, flags.cast_unsigned())?;
            write_metadata(&mut memory, target, &found)
        };
        "__syscall_statfs64" => |caller, path, _size, target| {
            let (mut memory, state) = view(caller)?;
            let space = state.files.space(memory.string(path)?)?;
            write_space(&mut memory, target, &space)
        };
        "__syscall_fstatfs64" => |caller, descriptor, _size, target| {
            let (mut memory, state) = view(caller)?;
            let space = state.files.space_at(descriptor)?;
            write_space(&mut memory, target, &space)
        };
        "__syscall_faccessat" => |caller, directory, path, wanted, flags| {
            let (memory, state) = view(caller)?;
            let path = memory.string(path)?;
            state.files.access(directory, path, wanted.cast_unsigned(), flags.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_chmod" => |caller, path, mode| {
            let (memory, state) = view(caller)?;
            state.files.chmod(AT_FDCWD, memory.string(path)?, mode.cast_unsigned(), 0)?;
            Ok(0)
        };
        "__syscall_fchmod" => |caller, descriptor, mode| {
            caller.data_mut().files.fchmod(descriptor, mode.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_fchmodat2" => |caller, directory, path, mode, flags| {
            let (memory, state) = view(caller)?;
            let path = memory.string(path)?;
            state.files.chmod(directory, path, mode.cast_unsigned(), flags.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_fchown32" => |caller, descriptor, _user, _group| {
            caller.data_mut().files.fchown(descriptor)?;
            Ok(0)
        };
        "__syscall_fchownat" => |caller, directory, path, _user, _group, flags| {
            let (memory, state) = view(caller)?;
            state.files.chown(directory, memory.string(path)?, flags.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_utimensat" => |caller, directory, path, times, flags| {
            let (memory, state) = view(caller)?;
            let change = |at: i32| read_time(&memory, at);
            let (accessed, modified) = match times {
                0 => (TimeChange::Now, TimeChange::Now),
                times => (change(times)?, change(times.wrapping_add(16))?),
            };
            // Without a path, the times of the descriptor itself.
            let path = if path == 0 { b"" } else { memory.string(path)? };
            let flags = flags.cast_unsigned();
            state.files.set_times(directory, path, accessed, modified, flags)?;
            Ok(0)
        };
        "__syscall_umask_js" => |caller, mask| {
            Ok(caller.data_mut().files.umask(mask.cast_unsigned()).cast_signed())
        };
    }
    link_names(linker)?;
    link_descriptors(linker)
}

/// Directories and the names in them.
fn link_names(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    syscalls! { linker,
        "__syscall_mkdirat" => |caller, directory, path, mode| {
            let (memory, state) = view(caller)?;
            state.files.mkdir(directory, memory.string(path)?, mode.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_mknodat" => |caller, directory, path, mode, _device| {
            let (memory, state) = view(caller)?;
            state.files.mknod(directory, memory.string(path)?, mode.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_rmdir" => |caller, path| {
            let (memory, state) = view(caller)?;
            state.files.unlink(AT_FDCWD, memory.string(path)?, AT_REMOVEDIR)?;
            Ok(0)
        };
        "__syscall_unlinkat" => |caller, directory, path, flags| {
            let (memory, state) = view(caller)?;
            state.files.unlink(directory, memory.string(path)?, flags.cast_unsigned())?;
            Ok(0)
        };
        "__syscall_renameat" => |caller, directory, path, new_directory, new_path| {
            let (memory, state) = view(caller)?;
            let (path, new_path) = (memory.string(path)?, memory.string(new_path)?);
            state.files.rename(directory, path, new_directory, new_path)?;
            Ok(0)
        };
        "__syscall_symlinkat" => |caller, text, directory, path| {
            let (memory, state) = view(caller)?;
            state.files.symlink(memory.string(text)?, directory, memory.string(path)?)?;
            Ok(0)
        };
        "__syscall_readlinkat" => |caller, directory, path, target, size| {
            let (mut memory, state) = view(caller)?;
            let found = state.files.readlink(directory, memory.string(path)?)?;
            let room = usize::try_from(size).map_err(|_| Errno::Inval)?;
            let found = found.get(..room).unwrap_or(&found);
            memory.write(target, found)?;
            Ok(found.len() as i32)
        };
        "__syscall_chdir" => |caller, path| {
            let (memory, state) = view(caller)?;
            state.files.chdir(memory.string(path)?)?;
            Ok(0)
        };
        "__syscall_fchdir" => |caller, descriptor| {
            caller.data_mut().files.fchdir(descriptor)?;
            Ok(0)
        };
        "__syscall_getcwd" => |caller, target, size| {
            let (mut memory, state) = view(caller)?;
            let directory = state.files.working_directory();
            let size = usize::try_from(size).map_err(|_| Errno::Inval)?;
            if size == 0 {
                return Err(Errno::Inval);
            }
            if directory.len() >= size {
                return Err(Errno::Range);
            }
            memory.write_string(target, size, &directory)?;
            Ok(directory.len() as i32 + 1)
        };
        "__syscall_getdents64" => |caller, descriptor, target, size| {
            list(caller, descriptor, target, size)
        };
    }
    Ok(())
}

/// What descriptors stand for.
fn link_descriptors(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    syscalls! { linker,
        "__syscall_dup" => |caller, descriptor| caller.data_mut().files.dup(descriptor);
        "__syscall_dup3" => |caller, descriptor, new, flags| {
            caller.data_mut().files.dup3(descriptor, new, flags.cast_unsigned())
        };
        "__syscall_fcntl64" => |caller, descriptor, command, rest| {
            let (mut memory, state) = view(caller)?;
            let argument = if rest == 0 { 0 } else { memory.read_i32(rest)? };
            let answer = state.files.fcntl(descriptor, command, argument)?;
            if command == F_GETLK {
                // Nobody holds the lock: SQLite asks before it recovers.
                memory.write(argument, &F_UNLCK.to_le_bytes())?;
            }
            Ok(answer)
        };
        // Nothing is a terminal, and nothing else can be controlled.
        "__syscall_ioctl" => |caller, descriptor, _operation, _rest| {
            caller.data().files.descriptor(descriptor)?;
            Err(Errno::Notty)
        };
    }
    linker.func_wrap(
        WASI,
        "fd_fdstat_get",
        |mut caller: Caller<'_, State>, descriptor: i32, target: i32| {
            wasi(describe(&mut caller, descriptor, target))
        },
    )?;
    Ok(())
}

/// Fills `struct stat`, which has 96 bytes.
fn write_metadata(memory: &mut View<'_>, target: i32, found: &Metadata) -> Result<i32, Errno> {
    const SIZE: usize = 96;
    let mut bytes = [0; SIZE];
    let mut put = |offset: usize, value: &[u8]| {
        if let Some(field) = bytes.get_mut(offset..offset + value.len()) {
            field.copy_from_slice(value);
        }
    };
    put(0, &(found.device as u32).to_le_bytes());
    put(4, &found.mode.to_le_bytes());
    put(8, &(found.links as u32).to_le_bytes());
    put(12, &found.uid.to_le_bytes());
    put(16, &found.gid.to_le_bytes());
    put(24, &found.size.to_le_bytes());
    put(32, &found.block_size.to_le_bytes());
    put(36, &(found.blocks as u32).to_le_bytes());
    for (offset, time) in [
        (40, found.accessed),
        (56, found.modified),
        (72, found.changed),
    ] {
        put(offset, &time.seconds.to_le_bytes());
        put(offset + 8, &time.nanoseconds.to_le_bytes());
    }
    put(88, &found.inode.to_le_bytes());
    memory.write(target, &bytes)?;
    Ok(0)
}

/// Fills `struct statfs`.
fn write_space(memory: &mut View<'_>, target: i32, space: &Space) -> Result<i32, Errno> {
    for (offset, value) in [
        (4, space.block_size),
        (60, space.block_size),
        (56, NAME as u64 - 1),
    ] {
        memory.write(target.wrapping_add(offset), &(value as u32).to_le_bytes())?;
    }
    for (offset, value) in [
        (8, space.blocks),
        (16, space.free),
        (24, space.free),
        (32, space.nodes),
        (40, space.nodes),
    ] {
        memory.write_u64(target.wrapping_add(offset), value)?;
    }
    Ok(0)
}

fn read_time(memory: &View<'_>, at: i32) -> Result<TimeChange, Errno> {
    let nanoseconds = memory.read_i32(at.wrapping_add(8))?;
    TimeChange::from_timespec(memory.read_i64(at)?, nanoseconds.into())
}

fn list(
    caller: &mut Caller<'_, State>,
    descriptor: i32,
    target: i32,
    size: i32,
) -> Result<i32, Errno> {
    let room = usize::try_from(size).map_err(|_| Errno::Inval)? / ENTRY;
    if room == 0 {
        return Err(Errno::Inval);
    }
    let (mut memory, state) = view(caller)?;
    let found = state.files.read_directory(descriptor, room)?;
    let mut entry = target;
    for (number, item) in (found.first + 1..).zip(found.entries) {
        memory.bytes_mut(entry, ENTRY)?.fill(0);
        memory.write_u64(entry, item.inode)?;
        memory.write_u64(entry.wrapping_add(ENTRY_OFFSET), number)?;
        memory.write(
            entry.wrapping_add(ENTRY_LENGTH),
            &(ENTRY as u16).to_le_bytes(),
        )?;
        memory.write(entry.wrapping_add(ENTRY_TYPE), &[item.kind.entry_type()])?;
        memory.write_string(entry.wrapping_add(ENTRY_NAME), NAME, &item.name)?;
        entry = entry.wrapping_add(ENTRY as i32);
    }
    Ok(entry.wrapping_sub(target))
}

/// Fills WASI's `fdstat`: the type is what C asks for.
fn describe(caller: &mut Caller<'_, State>, descriptor: i32, target: i32) -> Result<(), Errno> {
    const SIZE: usize = 24;
    const CHARACTER_DEVICE: u8 = 2;
    const DIRECTORY: u8 = 3;
    const FILE: u8 = 4;
    let (mut memory, state) = view(caller)?;
    let kind = match state.files.descriptor(descriptor)? {
        Descriptor::Directory => DIRECTORY,
        Descriptor::Device => CHARACTER_DEVICE,
        _ => FILE,
    };
    memory.bytes_mut(target, SIZE)?.fill(0);
    memory.write(target, &[kind])
}
