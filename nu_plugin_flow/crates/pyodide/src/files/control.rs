use super::{
    descriptors::{DESCRIPTOR_LIMIT, Descriptor, Object, OpenFile, Stream},
    errno::Errno,
    file_system::FileSystem,
    host,
    open::{KEPT_FLAGS, O_ACCMODE, O_APPEND, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY},
    pipe::Pipe,
};

/// The commands of `fcntl`, as Emscripten numbers them: duplicate a descriptor.
pub const F_DUPFD: i32 = 0;
/// Get the flags of the descriptor.
pub const F_GETFD: i32 = 1;
/// Set the flags of the descriptor.
pub const F_SETFD: i32 = 2;
/// Get the access mode and the flags of the open file.
pub const F_GETFL: i32 = 3;
/// Set the flags of the open file.
pub const F_SETFL: i32 = 4;
/// Ask who holds a lock: nobody. The caller writes `F_UNLCK` (2) as the type of
/// the lock.
pub const F_GETLK: i32 = 12;
/// Take a lock.
pub const F_SETLK: i32 = 13;
/// Take a lock, and wait for it.
pub const F_SETLKW: i32 = 14;
/// Duplicate a descriptor, not for programs that replace this one.
pub const F_DUPFD_CLOEXEC: i32 = 1030;

/// The flag of a descriptor that is not for programs that replace this one.
pub const FD_CLOEXEC: i32 = 1;

/// Whether a descriptor can be read and written without waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// Something can be read, or the end is reached.
    pub readable: bool,
    /// Something can be written.
    pub writable: bool,
    /// The other end of a pipe is closed.
    pub hangup: bool,
}

impl FileSystem {
    /// What a descriptor stands for. The bytes of the standard streams are the
    /// caller's affair.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn descriptor(&self, descriptor: i32) -> Result<Descriptor, Errno> {
        self.descriptors.get(descriptor).map(OpenFile::kind)
    }

    /// The standard stream of a descriptor, where it is one.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn stream(&self, descriptor: i32) -> Result<Option<Stream>, Errno> {
        Ok(match self.descriptors.get(descriptor)?.object {
            Object::Stream(stream) => Some(stream),
            _ => None,
        })
    }

    /// The canonical guest path that a descriptor was opened by; empty for a
    /// pipe.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn path(&self, descriptor: i32) -> Result<&[u8], Errno> {
        let file = self.descriptors.get(descriptor)?;
        Ok(match file.object {
            Object::Directory(_) if file.path.is_empty() => b"/",
            _ => &file.path,
        })
    }

    /// Closes a descriptor.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn close(&mut self, descriptor: i32) -> Result<(), Errno> {
        if let Some(file) = self.descriptors.remove(descriptor)? {
            self.release(file);
        }
        Ok(())
    }

    /// Another descriptor, the lowest free one, for the same open file.
    ///
    /// # Errors
    /// `EBADF`, `EMFILE`.
    pub fn dup(&mut self, descriptor: i32) -> Result<i32, Errno> {
        self.duplicate(descriptor, 0, false)
    }

    /// Makes `target` a descriptor for the same open file; what it was before
    /// is closed. `flags` may be `O_CLOEXEC`.
    ///
    /// # Errors
    /// `EINVAL` where both are the same or for other flags; `EBADF`.
    pub fn dup3(&mut self, descriptor: i32, target: i32, flags: u32) -> Result<i32, Errno> {
        self.descriptors.get(descriptor)?;
        if descriptor == target || flags & !O_CLOEXEC != 0 {
            return Err(Errno::Inval);
        }
        let index = usize::try_from(target).map_err(|_| Errno::Badf)?;
        if index >= DESCRIPTOR_LIMIT {
            return Err(Errno::Badf);
        }
        if self.descriptors.get(target).is_ok() {
            self.close(target)?;
        }
        self.descriptors
            .share(descriptor, index, flags & O_CLOEXEC != 0)
    }

    fn duplicate(
        &mut self,
        descriptor: i32,
        minimum: usize,
        close_on_exec: bool,
    ) -> Result<i32, Errno> {
        self.descriptors.get(descriptor)?;
        let target = self.descriptors.free(minimum)?;
        self.descriptors.share(descriptor, target, close_on_exec)
    }

    /// Does what `fcntl` does. Locks are granted at once and not kept: within
    /// one instance there is nobody to lock out.
    ///
    /// # Errors
    /// `EBADF`; `EINVAL` for other commands and arguments.
    pub fn fcntl(&mut self, descriptor: i32, command: i32, argument: i32) -> Result<i32, Errno> {
        let flags = self.descriptors.get(descriptor)?.flags;
        match command {
            F_DUPFD | F_DUPFD_CLOEXEC => {
                let minimum = usize::try_from(argument).map_err(|_| Errno::Inval)?;
                if minimum >= DESCRIPTOR_LIMIT {
                    return Err(Errno::Inval);
                }
                self.duplicate(descriptor, minimum, command == F_DUPFD_CLOEXEC)
            }
            F_GETFD => Ok(i32::from(self.descriptors.close_on_exec(descriptor)?)),
            F_SETFD => {
                let on = argument & FD_CLOEXEC != 0;
                self.descriptors.set_close_on_exec(descriptor, on)?;
                Ok(0)
            }
            F_GETFL => i32::try_from(flags).map_err(|_| Errno::Inval),
            F_SETFL => {
                let settable = O_APPEND | O_NONBLOCK;
                let wanted = argument.cast_unsigned() & settable;
                let file = self.descriptors.get_mut(descriptor)?;
                if let Object::Host { file, .. } = &file.object
                    && (flags ^ wanted) & O_APPEND != 0
                {
                    host::set_append(file, wanted & O_APPEND != 0)?;
                }
                file.flags = (flags & !settable) | wanted;
                Ok(0)
            }
            F_GETLK | F_SETLK | F_SETLKW => Ok(0),
            _ => Err(Errno::Inval),
        }
    }

    /// A pipe: the descriptor to read and the one to write. It holds 64 KiB,
    /// which count against the byte limit. `flags` may be `O_CLOEXEC` and
    /// `O_NONBLOCK`.
    ///
    /// # Errors
    /// `EMFILE`, `ENOSPC`.
    pub fn pipe(&mut self, flags: u32) -> Result<(i32, i32), Errno> {
        if self.descriptors.room() < 2 {
            return Err(Errno::Mfile);
        }
        let number = self.next_pipe;
        self.next_pipe = self.next_pipe.wrapping_add(1);
        self.pipes.insert(number, Pipe::new());
        let kept = flags & KEPT_FLAGS & !O_ACCMODE;
        let close_on_exec = flags & O_CLOEXEC != 0;
        let reader = OpenFile::new(Object::PipeReader(number), kept | O_RDONLY, Vec::new());
        let writer = OpenFile::new(Object::PipeWriter(number), kept | O_WRONLY, Vec::new());
        let reader = self.descriptors.insert(reader, close_on_exec)?;
        let writer = self.descriptors.insert(writer, close_on_exec)?;
        Ok((reader, writer))
    }

    /// Whether a descriptor can be read and written without waiting. That of a
    /// standard stream is the caller's affair: here it is always ready.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn readiness(&self, descriptor: i32) -> Result<Readiness, Errno> {
        let ready = |readable, writable, hangup| Readiness {
            readable,
            writable,
            hangup,
        };
        Ok(match self.descriptors.get(descriptor)?.object {
            Object::PipeReader(number) => {
                let pipe = self.pipes.get(&number).ok_or(Errno::Badf)?;
                ready(pipe.len() > 0 || !pipe.writer, false, !pipe.writer)
            }
            Object::PipeWriter(number) => {
                let pipe = self.pipes.get(&number).ok_or(Errno::Badf)?;
                ready(false, !pipe.is_full() || !pipe.reader, !pipe.reader)
            }
            _ => ready(true, true, false),
        })
    }
}
