use std::io;

use super::{
    descriptors::Object,
    errno::Errno,
    file_system::{AT_FDCWD, FileSystem, host_path},
    host::{self, HostOpen},
    node::Device,
    open::{O_ACCMODE, O_APPEND, O_RDONLY, O_WRONLY},
    refusal::Purpose,
    resolution::Follow,
};

/// How many random bytes one read gives at most: more is no longer quick.
const RANDOM_LIMIT: usize = 1 << 20;

/// Offsets are signed in C.
const OFFSET_LIMIT: u64 = i64::MAX as u64;

/// From where a seek counts.
const SEEK_SET: i32 = 0;
const SEEK_CUR: i32 = 1;
const SEEK_END: i32 = 2;

impl FileSystem {
    /// Reads at the descriptor's position, which moves on, straight into
    /// `buffer`. Returns the number of bytes; 0 at the end.
    ///
    /// # Errors
    /// `EAGAIN` for an empty pipe that has a writer; `EINVAL` for a standard
    /// stream, which is the caller's affair; `EISDIR`, `EBADF`.
    pub fn read(&mut self, descriptor: i32, buffer: &mut [u8]) -> Result<usize, Errno> {
        let file = self.descriptors.get(descriptor)?;
        if let Object::PipeReader(number) = file.object {
            let pipe = self.pipes.get_mut(&number).ok_or(Errno::Badf)?;
            return pipe.read(buffer, &mut self.memory.budget);
        }
        let position = file.position;
        let count = self.read_from(descriptor, buffer, position)?;
        let file = self.descriptors.get_mut(descriptor)?;
        file.position = position.saturating_add(count as u64);
        Ok(count)
    }

    /// Reads at an offset, straight into `buffer`; the position stays.
    ///
    /// # Errors
    /// As [`FileSystem::read`]; `ESPIPE` for a pipe, `EINVAL` for a negative
    /// offset.
    pub fn pread(
        &mut self,
        descriptor: i32,
        buffer: &mut [u8],
        offset: i64,
    ) -> Result<usize, Errno> {
        let offset = u64::try_from(offset).map_err(|_| Errno::Inval)?;
        self.read_from(descriptor, buffer, offset)
    }

    fn read_from(&self, descriptor: i32, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        let file = self.descriptors.get(descriptor)?;
        if file.flags & O_ACCMODE == O_WRONLY {
            return Err(Errno::Badf);
        }
        match &file.object {
            Object::Memory(inode) => {
                let content = self.memory.content(*inode)?;
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let rest = content.get(start..).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                if let (Some(target), Some(source)) = (buffer.get_mut(..count), rest.get(..count)) {
                    target.copy_from_slice(source);
                }
                Ok(count)
            }
            Object::Host { file, .. } => {
                if offset > OFFSET_LIMIT {
                    return Err(Errno::Inval);
                }
                Ok(host::read_at(file, buffer, offset)?)
            }
            Object::Device(_, device) => read_device(*device, buffer),
            Object::Directory(_) => Err(Errno::Isdir),
            Object::PipeReader(_) => Err(Errno::Spipe),
            Object::PipeWriter(_) => Err(Errno::Badf),
            Object::Stream(_) => Err(Errno::Inval),
        }
    }

    /// The bytes of a file in memory, without a copy, where the descriptor is
    /// one.
    pub fn content(&self, descriptor: i32) -> Result<Option<&[u8]>, Errno> {
        match self.descriptors.get(descriptor)?.object {
            Object::Memory(inode) => self.memory.content(inode).map(Some),
            _ => Ok(None),
        }
    }

    /// Writes at the descriptor's position, or at the end where it was opened
    /// to append; the position moves on. Returns the number of bytes, which is
    /// that of `bytes` except for a pipe or a full disk of the host.
    ///
    /// # Errors
    /// `ENOSPC` where the byte limit would be exceeded; `EAGAIN` for a full
    /// pipe, `EPIPE` for one without a reader; `EINVAL` for a standard stream,
    /// which is the caller's affair; `EBADF`.
    pub fn write(&mut self, descriptor: i32, bytes: &[u8]) -> Result<usize, Errno> {
        let file = self.descriptors.get(descriptor)?;
        if let Object::PipeWriter(number) = file.object {
            let pipe = self.pipes.get_mut(&number).ok_or(Errno::Badf)?;
            return pipe.write(bytes, &mut self.memory.budget);
        }
        let position = if file.flags & O_APPEND == 0 || bytes.is_empty() {
            file.position
        } else {
            self.length(descriptor)?
        };
        let count = self.write_to(descriptor, bytes, position)?;
        let file = self.descriptors.get_mut(descriptor)?;
        file.position = position.saturating_add(count as u64);
        Ok(count)
    }

    /// Writes at an offset; the position stays.
    ///
    /// # Errors
    /// As [`FileSystem::write`]; `ESPIPE` for a pipe, `EINVAL` for a negative
    /// offset.
    pub fn pwrite(&mut self, descriptor: i32, bytes: &[u8], offset: i64) -> Result<usize, Errno> {
        let mut offset = u64::try_from(offset).map_err(|_| Errno::Inval)?;
        if self.descriptors.get(descriptor)?.flags & O_APPEND != 0 {
            // As Linux does it, and as the host's file was opened.
            offset = self.length(descriptor)?;
        }
        self.write_to(descriptor, bytes, offset)
    }

    fn write_to(&mut self, descriptor: i32, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        let file = self.descriptors.get(descriptor)?;
        if file.flags & O_ACCMODE == O_RDONLY {
            return Err(Errno::Badf);
        }
        match &file.object {
            Object::Memory(inode) => {
                if !bytes.is_empty() {
                    self.memory.write(*inode, offset, bytes)?;
                }
                Ok(bytes.len())
            }
            Object::Host { file, .. } => {
                if offset > OFFSET_LIMIT {
                    return Err(Errno::Fbig);
                }
                Ok(host::write_at(file, bytes, offset)?)
            }
            Object::Device(..) => Ok(bytes.len()),
            Object::Directory(_) => Err(Errno::Isdir),
            Object::PipeReader(_) => Err(Errno::Badf),
            Object::PipeWriter(_) => Err(Errno::Spipe),
            Object::Stream(_) => Err(Errno::Inval),
        }
    }

    /// The length of an open file in bytes; 0 for what has none.
    pub(super) fn length(&self, descriptor: i32) -> Result<u64, Errno> {
        match &self.descriptors.get(descriptor)?.object {
            Object::Memory(inode) => Ok(self.memory.content(*inode)?.len() as u64),
            Object::Host { file, .. } => Ok(file.metadata()?.len()),
            _ => Ok(0),
        }
    }

    /// Moves the position and returns the new one. `whence` is 0 from the
    /// beginning, 1 from the position, 2 from the end. In a directory the
    /// position is the number of entries read.
    ///
    /// # Errors
    /// `ESPIPE` for streams and pipes; `EINVAL` for another `whence` or a
    /// position before the beginning; `EOVERFLOW` for one beyond 2⁶³−1.
    pub fn seek(&mut self, descriptor: i32, offset: i64, whence: i32) -> Result<u64, Errno> {
        let file = self.descriptors.get(descriptor)?;
        let from = match (&file.object, whence) {
            (Object::Stream(_) | Object::PipeReader(_) | Object::PipeWriter(_), _) => {
                return Err(Errno::Spipe);
            }
            (_, SEEK_SET) => 0,
            (_, SEEK_CUR) => file.position,
            (Object::Directory(_), _) => return Err(Errno::Inval),
            (_, SEEK_END) => self.length(descriptor)?,
            _ => return Err(Errno::Inval),
        };
        let position = i128::from(from) + i128::from(offset);
        if position > i128::from(OFFSET_LIMIT) {
            return Err(Errno::Overflow);
        }
        let position = u64::try_from(position).map_err(|_| Errno::Inval)?;
        let file = self.descriptors.get_mut(descriptor)?;
        file.position = position;
        if position == 0
            && let Object::Directory(open) = &mut file.object
            && let Some(listing) = open.listing.take()
        {
            // A directory that is read anew shows what is there by then.
            self.listed = self.listed.saturating_sub(listing.bytes);
        }
        Ok(position)
    }

    /// Sets the length of an open file; what is added is zeros.
    ///
    /// # Errors
    /// `EINVAL` for a negative length, for what was not opened to write and for
    /// what is no file; `ENOSPC` where the byte limit would be exceeded.
    pub fn ftruncate(&mut self, descriptor: i32, length: i64) -> Result<(), Errno> {
        let length = u64::try_from(length).map_err(|_| Errno::Inval)?;
        let file = self.descriptors.get(descriptor)?;
        if file.flags & O_ACCMODE == O_RDONLY {
            return Err(Errno::Inval);
        }
        match &file.object {
            Object::Memory(inode) => self.memory.resize(*inode, length),
            Object::Host { file, .. } => Ok(file.set_len(length)?),
            _ => Err(Errno::Inval),
        }
    }

    /// Sets the length of the file at a path.
    ///
    /// # Errors
    /// As [`FileSystem::ftruncate`] and as opening it to write.
    pub fn truncate(&mut self, path: &[u8], length: i64) -> Result<(), Errno> {
        let length = u64::try_from(length).map_err(|_| Errno::Inval)?;
        let at = self.resolve(AT_FDCWD, path, Follow::Always, Purpose::Change)?;
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, at.slash)?;
            if !mount.is_writable() {
                // What is missing is missing, even where nothing may be changed.
                let found = mount.directory.metadata(&path);
                found.map_err(|error| self.host_failed(&error, &at.path, Purpose::Change))?;
            }
            self.writable_mount(number, &at.path)?;
            let how = HostOpen {
                write: true,
                follow: true,
                ..HostOpen::default()
            };
            return host::open(&mount.directory, &path, how)
                .and_then(|file| set_length(&file, length))
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change));
        }
        let inode = self.node_to_change(&at, Errno::Isdir)?;
        let mode = self.memory.node(inode)?.mode;
        self.memory.content(inode)?;
        self.may_change(&at.path)?;
        if mode & 0o222 == 0 {
            return Err(Errno::Acces);
        }
        self.memory.resize(inode, length)
    }

    /// Makes a file at least `offset + length` bytes long. Modes other than 0
    /// (such as punching holes) are `ENOTSUP`.
    ///
    /// # Errors
    /// As [`FileSystem::ftruncate`]; `ENODEV` for what is no file.
    pub fn fallocate(
        &mut self,
        descriptor: i32,
        mode: i32,
        offset: i64,
        length: i64,
    ) -> Result<(), Errno> {
        let file = self.descriptors.get(descriptor)?;
        if mode != 0 {
            return Err(Errno::Notsup);
        }
        if offset < 0 || length <= 0 {
            return Err(Errno::Inval);
        }
        if file.flags & O_ACCMODE == O_RDONLY {
            return Err(Errno::Badf);
        }
        if !matches!(file.object, Object::Memory(_) | Object::Host { .. }) {
            return Err(Errno::Nodev);
        }
        let end = offset.checked_add(length).ok_or(Errno::Fbig)?;
        if u64::try_from(end).is_ok_and(|end| end > self.length(descriptor).unwrap_or(end)) {
            self.ftruncate(descriptor, end)?;
        }
        Ok(())
    }

    /// Advice on how a file will be read, which is not needed.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fadvise(&self, descriptor: i32) -> Result<(), Errno> {
        self.descriptors.get(descriptor).map(|_| ())
    }

    /// Has the host write its file to the disk; nothing for what is in memory.
    /// `data_only` leaves out what is not needed to read it back.
    ///
    /// # Errors
    /// `EINVAL` for streams and pipes; what the host says.
    pub fn fsync(&mut self, descriptor: i32, data_only: bool) -> Result<(), Errno> {
        match &self.descriptors.get(descriptor)?.object {
            Object::Host { file, .. } if data_only => Ok(file.sync_data()?),
            Object::Host { file, .. } => Ok(file.sync_all()?),
            Object::Memory(_) | Object::Directory(_) => Ok(()),
            _ => Err(Errno::Inval),
        }
    }
}

fn set_length(file: &std::fs::File, length: u64) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    file.set_len(length)
}

fn read_device(device: Device, buffer: &mut [u8]) -> Result<usize, Errno> {
    match device {
        Device::Zero => {
            buffer.fill(0);
            Ok(buffer.len())
        }
        Device::Random => {
            let count = buffer.len().min(RANDOM_LIMIT);
            let wanted = buffer.get_mut(..count).unwrap_or_default();
            getrandom::fill(wanted).map_err(|_| Errno::Io)?;
            Ok(count)
        }
        _ => Ok(0),
    }
}
