use std::fs::File;

use cap_std::fs::Dir;

use super::{
    errno::Errno,
    listing::Listing,
    node::{Device, Inode},
    resolution::Layers,
};

/// How many descriptors an instance may have.
pub const DESCRIPTOR_LIMIT: usize = 1024;

/// A standard stream, whose bytes are the caller's affair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// The standard input.
    Stdin,
    /// The standard output.
    Stdout,
    /// The standard error.
    Stderr,
}

/// What a descriptor stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Descriptor {
    /// The standard input: the caller reads.
    Stdin,
    /// The standard output: the caller writes.
    Stdout,
    /// The standard error: the caller writes.
    Stderr,
    /// A file in memory or of the host.
    File,
    /// A directory.
    Directory,
    /// A character device in memory.
    Device,
    /// An end of a pipe.
    Pipe,
}

/// An open file as POSIX means it: what descriptors share that were duplicated.
#[derive(Debug)]
pub(super) struct OpenFile {
    references: u32,
    /// The access mode and the status flags, as `F_GETFL` gives them.
    pub(super) flags: u32,
    pub(super) position: u64,
    /// The canonical guest path it was opened by; kept when it is renamed.
    pub(super) path: Vec<u8>,
    pub(super) object: Object,
}

#[derive(Debug)]
pub(super) enum Object {
    Stream(Stream),
    Memory(Inode),
    Device(Inode, Device),
    Host { file: File, mount: u32 },
    Directory(OpenDirectory),
    PipeReader(u32),
    PipeWriter(u32),
}

#[derive(Debug)]
pub(super) struct OpenDirectory {
    pub(super) layers: Layers,
    /// The directory of the host, where nothing in memory is at its path.
    pub(super) host: Option<Dir>,
    /// Its entries, once the guest began to read them.
    pub(super) listing: Option<Listing>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    file: usize,
    close_on_exec: bool,
}

/// The descriptors of an instance.
#[derive(Debug)]
pub(super) struct Descriptors {
    slots: Vec<Option<Slot>>,
    files: Vec<Option<OpenFile>>,
}

impl Descriptors {
    /// 0, 1 and 2, and nothing else.
    pub(super) fn standard() -> Descriptors {
        let streams = [
            (Stream::Stdin, 0, "/dev/stdin"),
            (Stream::Stdout, 1, "/dev/stdout"),
            (Stream::Stderr, 1, "/dev/stderr"),
        ];
        let files = streams.map(|(stream, flags, path)| {
            Some(OpenFile {
                references: 1,
                ..OpenFile::new(Object::Stream(stream), flags, path.into())
            })
        });
        let slots = [0, 1, 2].map(|file| {
            Some(Slot {
                file,
                close_on_exec: false,
            })
        });
        Descriptors {
            slots: slots.into(),
            files: files.into(),
        }
    }

    fn slot(&self, descriptor: i32) -> Result<Slot, Errno> {
        let index = usize::try_from(descriptor).map_err(|_| Errno::Badf)?;
        self.slots.get(index).copied().flatten().ok_or(Errno::Badf)
    }

    /// The open file of a descriptor, or `EBADF`.
    pub(super) fn get(&self, descriptor: i32) -> Result<&OpenFile, Errno> {
        let slot = self.slot(descriptor)?;
        self.files
            .get(slot.file)
            .and_then(Option::as_ref)
            .ok_or(Errno::Badf)
    }

    /// The open file of a descriptor, or `EBADF`.
    pub(super) fn get_mut(&mut self, descriptor: i32) -> Result<&mut OpenFile, Errno> {
        let slot = self.slot(descriptor)?;
        self.files
            .get_mut(slot.file)
            .and_then(Option::as_mut)
            .ok_or(Errno::Badf)
    }

    /// The lowest free descriptor from `minimum`, or `EMFILE`.
    pub(super) fn free(&self, minimum: usize) -> Result<usize, Errno> {
        (minimum..DESCRIPTOR_LIMIT)
            .find(|index| self.slots.get(*index).is_none_or(Option::is_none))
            .ok_or(Errno::Mfile)
    }

    /// How many descriptors can still be opened.
    pub(super) fn room(&self) -> usize {
        DESCRIPTOR_LIMIT.saturating_sub(self.slots.iter().flatten().count())
    }

    /// Gives an open file the lowest free descriptor.
    pub(super) fn insert(&mut self, file: OpenFile, close_on_exec: bool) -> Result<i32, Errno> {
        let descriptor = self.free(0)?;
        let index = match self.files.iter().position(Option::is_none) {
            Some(index) => index,
            None => {
                self.files.push(None);
                self.files.len() - 1
            }
        };
        if let Some(place) = self.files.get_mut(index) {
            *place = Some(file);
        }
        self.place(
            descriptor,
            Slot {
                file: index,
                close_on_exec,
            },
        )
    }

    /// Another descriptor, at `target`, which is free, for the open file of
    /// `descriptor`.
    pub(super) fn share(
        &mut self,
        descriptor: i32,
        target: usize,
        close_on_exec: bool,
    ) -> Result<i32, Errno> {
        let file = self.slot(descriptor)?.file;
        self.place(
            target,
            Slot {
                file,
                close_on_exec,
            },
        )
    }

    fn place(&mut self, index: usize, slot: Slot) -> Result<i32, Errno> {
        if index >= DESCRIPTOR_LIMIT {
            return Err(Errno::Badf);
        }
        if self.slots.len() <= index {
            self.slots.resize(index + 1, None);
        }
        if let Some(file) = self.files.get_mut(slot.file).and_then(Option::as_mut) {
            file.references += 1;
        }
        if let Some(place) = self.slots.get_mut(index) {
            *place = Some(slot);
        }
        i32::try_from(index).map_err(|_| Errno::Badf)
    }

    /// Frees a descriptor. Returns the open file where it was the last one.
    pub(super) fn remove(&mut self, descriptor: i32) -> Result<Option<OpenFile>, Errno> {
        let slot = self.slot(descriptor)?;
        let index = usize::try_from(descriptor).map_err(|_| Errno::Badf)?;
        if let Some(place) = self.slots.get_mut(index) {
            *place = None;
        }
        let Some(place) = self.files.get_mut(slot.file) else {
            return Ok(None);
        };
        if let Some(file) = place {
            file.references = file.references.saturating_sub(1);
            if file.references == 0 {
                return Ok(place.take());
            }
        }
        Ok(None)
    }

    pub(super) fn close_on_exec(&self, descriptor: i32) -> Result<bool, Errno> {
        Ok(self.slot(descriptor)?.close_on_exec)
    }

    pub(super) fn set_close_on_exec(&mut self, descriptor: i32, on: bool) -> Result<(), Errno> {
        let index = usize::try_from(descriptor).map_err(|_| Errno::Badf)?;
        let slot = self.slots.get_mut(index).and_then(Option::as_mut);
        slot.ok_or(Errno::Badf)?.close_on_exec = on;
        Ok(())
    }

    /// All descriptors with their open files.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &OpenFile)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| {
            Some((index, self.files.get(slot.as_ref()?.file)?.as_ref()?))
        })
    }

    /// All open files.
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut OpenFile> {
        self.files.iter_mut().flatten()
    }

    /// Whether a node in memory is open.
    pub(super) fn holds(&self, inode: Inode) -> bool {
        self.files.iter().flatten().any(|file| match &file.object {
            Object::Memory(open) => *open == inode,
            Object::Directory(open) => open.layers.memory == Some(inode),
            _ => false,
        })
    }
}

impl OpenFile {
    /// Whether several descriptors have it.
    pub(super) fn is_shared(&self) -> bool {
        self.references > 1
    }

    pub(super) fn new(object: Object, flags: u32, path: Vec<u8>) -> OpenFile {
        OpenFile {
            references: 0,
            flags,
            position: 0,
            path,
            object,
        }
    }

    pub(super) fn kind(&self) -> Descriptor {
        match &self.object {
            Object::Stream(Stream::Stdin) => Descriptor::Stdin,
            Object::Stream(Stream::Stdout) => Descriptor::Stdout,
            Object::Stream(Stream::Stderr) => Descriptor::Stderr,
            Object::Memory(_) | Object::Host { .. } => Descriptor::File,
            Object::Device(..) => Descriptor::Device,
            Object::Directory(_) => Descriptor::Directory,
            Object::PipeReader(_) | Object::PipeWriter(_) => Descriptor::Pipe,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> OpenFile {
        OpenFile::new(Object::Memory(7), 0, b"/f".to_vec())
    }

    #[test]
    fn the_lowest_free_descriptor_is_taken_and_the_limit_kept() {
        let mut table = Descriptors::standard();
        assert_eq!(table.insert(file(), false), Ok(3));
        assert_eq!(table.insert(file(), false), Ok(4));
        assert!(table.remove(3).unwrap().is_some());
        assert_eq!(table.insert(file(), false), Ok(3));
        for _ in 5..DESCRIPTOR_LIMIT {
            table.insert(file(), false).unwrap();
        }
        assert_eq!(table.insert(file(), false), Err(Errno::Mfile));
        assert_eq!(table.room(), 0);
        for wrong in [-1, 1024, i32::MAX, i32::MIN] {
            assert_eq!(table.get(wrong).err(), Some(Errno::Badf));
        }
    }

    #[test]
    fn an_open_file_ends_with_its_last_descriptor() {
        let mut table = Descriptors::standard();
        let first = table.insert(file(), false).unwrap();
        let second = table.share(first, 9, true).unwrap();
        table.get_mut(first).unwrap().position = 5;
        assert_eq!(table.get(second).unwrap().position, 5);
        assert!(table.close_on_exec(second).unwrap());
        assert!(table.remove(first).unwrap().is_none());
        assert!(table.holds(7));
        assert!(table.remove(second).unwrap().is_some());
        assert!(!table.holds(7));
        assert_eq!(table.remove(second).err(), Some(Errno::Badf));
    }
}
