use std::{io, path::Path};

use super::{
    descriptors::{Object, OpenDirectory, OpenFile, Stream},
    errno::Errno,
    file_system::{FileSystem, host_path},
    host::{self, HostOpen},
    mount::Mount,
    node::{Body, Content, Device, Inode},
    refusal::{Purpose, Reason},
    resolution::{Follow, Resolved},
};

/// The bits of the access mode.
pub const O_ACCMODE: u32 = 0o3;
/// Read only.
pub const O_RDONLY: u32 = 0;
/// Write only.
pub const O_WRONLY: u32 = 1;
/// Read and write.
pub const O_RDWR: u32 = 2;
/// Create a file that is missing.
pub const O_CREAT: u32 = 0x40;
/// Fail where it exists.
pub const O_EXCL: u32 = 0x80;
/// Empty it.
pub const O_TRUNC: u32 = 0x200;
/// Every write goes to the end.
pub const O_APPEND: u32 = 0x400;
/// Do not wait. Accepted, and without effect: nothing here waits.
pub const O_NONBLOCK: u32 = 0x800;
/// Fail where it is not a directory.
pub const O_DIRECTORY: u32 = 0x10000;
/// Fail where the path ends at a symbolic link.
pub const O_NOFOLLOW: u32 = 0x20000;
/// Not for programs that replace this one.
pub const O_CLOEXEC: u32 = 0x80000;

/// The flags that stay with an open file and that `F_GETFL` gives.
pub(super) const KEPT_FLAGS: u32 = O_ACCMODE | O_APPEND | O_NONBLOCK;

/// The flags of an open, taken apart.
#[derive(Debug, Clone, Copy)]
struct Flags(u32);

impl Flags {
    fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    fn reads(self) -> bool {
        self.0 & O_ACCMODE != O_WRONLY
    }

    fn writes(self) -> bool {
        self.0 & O_ACCMODE != O_RDONLY
    }

    /// Whether the content or its directory may change.
    fn changes(self) -> bool {
        self.writes() || self.has(O_CREAT | O_TRUNC)
    }

    fn exclusive(self) -> bool {
        self.has(O_CREAT) && self.has(O_EXCL)
    }

    fn purpose(self) -> Purpose {
        if self.changes() {
            Purpose::Change
        } else {
            Purpose::Open
        }
    }
}

impl FileSystem {
    /// Opens a path as `openat` does and returns the lowest free descriptor.
    /// `flags` are the `O_…` of this module, others are ignored; `mode` has the
    /// permission bits of a new file.
    ///
    /// # Errors
    /// Besides those of POSIX: `EACCES` for what is not granted and for pipes,
    /// sockets and devices of the host; `EPERM` for what leads out of a mount;
    /// `EROFS` for writing into a read-only mount.
    pub fn open(
        &mut self,
        directory: i32,
        path: &[u8],
        flags: u32,
        mode: u32,
    ) -> Result<i32, Errno> {
        let flags = Flags(flags);
        if flags.0 & O_ACCMODE == O_ACCMODE {
            return Err(Errno::Inval);
        }
        self.descriptors.free(0)?;
        let follow = match flags {
            _ if flags.exclusive() => Follow::Never,
            // Which is refused whatever is there.
            _ if flags.has(O_CREAT) && path.ends_with(b"/") => Follow::Never,
            _ if flags.has(O_NOFOLLOW) => Follow::BeforeSlash,
            _ => Follow::Always,
        };
        let at = self.resolve(directory, path, follow, flags.purpose())?;
        let object = match (at.layers.memory, at.layers.host()) {
            (_, None) if flags.has(O_CREAT) && at.slash => return Err(Errno::Isdir),
            (_, Some(mount)) => self.open_host(mount, &at, flags, mode)?,
            (Some(inode), None) => self.open_memory(inode, &at, flags)?,
            (None, None) if at.layers.is_certain() => self.open_directory(&at, flags)?,
            (None, None) => self.open_new(&at, flags, mode)?,
        };
        let file = OpenFile::new(object, flags.0 & KEPT_FLAGS, at.path);
        self.descriptors.insert(file, flags.has(O_CLOEXEC))
    }

    fn open_memory(&mut self, inode: Inode, at: &Resolved, flags: Flags) -> Result<Object, Errno> {
        let node = self.memory.node(inode)?;
        let mode = node.mode;
        let device = match &node.body {
            Body::Directory(_) => return self.open_directory(at, flags),
            _ if flags.exclusive() => return Err(Errno::Exist),
            _ if flags.has(O_DIRECTORY) || at.slash => return Err(Errno::Notdir),
            Body::Symlink(_) => return Err(Errno::Loop),
            Body::Device(device) => Some(*device),
            Body::File(_) => None,
        };
        if (flags.reads() && mode & 0o444 == 0) || (flags.writes() && mode & 0o222 == 0) {
            return Err(Errno::Acces);
        }
        if let Some(device) = device {
            return Ok(match device {
                Device::Stdin => Object::Stream(Stream::Stdin),
                Device::Stdout => Object::Stream(Stream::Stdout),
                Device::Stderr => Object::Stream(Stream::Stderr),
                _ => Object::Device(inode, device),
            });
        }
        if flags.writes() || flags.has(O_TRUNC) {
            self.may_change(&at.path)?;
        }
        if flags.has(O_TRUNC) {
            self.memory.resize(inode, 0)?;
        }
        Ok(Object::Memory(inode))
    }

    /// A directory that is in memory or leads to a mount, and may be in a mount
    /// too.
    fn open_directory(&mut self, at: &Resolved, flags: Flags) -> Result<Object, Errno> {
        if flags.exclusive() {
            return Err(Errno::Exist);
        }
        if flags.changes() {
            return Err(Errno::Isdir);
        }
        let mounted = at.layers.mount.and_then(|number| self.mounts.get(number));
        let mount = mounted.filter(|mount| mount.path == at.path && !at.path.is_empty());
        let host = match mount.cloned() {
            Some(mount) => {
                let opened = host::open_directory(&mount.directory, Path::new("."));
                Some(opened.map_err(|error| self.host_failed(&error, &at.path, Purpose::Open))?)
            }
            None => None,
        };
        Ok(Object::Directory(OpenDirectory {
            layers: at.layers,
            host,
            listing: None,
        }))
    }

    /// A name that is missing in memory, where no mount could have it.
    fn open_new(&mut self, at: &Resolved, flags: Flags, mode: u32) -> Result<Object, Errno> {
        let parent = match at.parent.memory {
            Some(parent) if flags.has(O_CREAT) => parent,
            _ => return Err(self.missing(&at.path, flags.purpose())),
        };
        self.may_change(&at.path)?;
        self.may_write_directory(parent)?;
        let body = Body::File(Content::Owned(Vec::new()));
        let mode = mode & 0o777 & !self.umask;
        let inode = self.memory.create(parent, at.name(), body, mode)?;
        Ok(Object::Memory(inode))
    }

    fn open_host(
        &mut self,
        number: u32,
        at: &Resolved,
        flags: Flags,
        mode: u32,
    ) -> Result<Object, Errno> {
        let mount = self.mount(number)?;
        if flags.changes() && !mount.is_writable() {
            self.check_read_only(&mount, at, flags)?;
        }
        let how = HostOpen {
            read: flags.reads(),
            // The last is refused by the host, and only so with its own error.
            write: flags.writes() || flags.has(O_TRUNC) || (flags.has(O_CREAT) && at.slash),
            append: flags.writes() && flags.has(O_APPEND),
            truncate: flags.has(O_TRUNC),
            create: flags.has(O_CREAT) && mount.is_writable(),
            exclusive: flags.exclusive(),
            follow: !flags.has(O_NOFOLLOW) && !flags.exclusive(),
            directory: flags.has(O_DIRECTORY),
            mode: mode & !self.umask,
        };
        let path = host_path(&mount, &at.path, at.slash)?;
        let file = match open_or_create(&mount, &path, how) {
            Ok(file) => file,
            Err(error) => {
                let errno = self.host_failed(&error, &at.path, flags.purpose());
                // A pipe without a reader, or a socket.
                return Err(if errno == Errno::Nxio {
                    self.special(at, flags)
                } else {
                    errno
                });
            }
        };
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            if flags.changes() {
                return Err(Errno::Isdir);
            }
            return Ok(Object::Directory(OpenDirectory {
                layers: at.layers,
                host: Some(cap_std::fs::Dir::from_std_file(file)),
                listing: None,
            }));
        }
        if flags.has(O_DIRECTORY) {
            return Err(Errno::Notdir);
        }
        if !metadata.is_file() {
            return Err(self.special(at, flags));
        }
        Ok(Object::Host {
            file,
            mount: number,
        })
    }

    /// A pipe, socket or device could block this thread, or do who knows what.
    fn special(&mut self, at: &Resolved, flags: Flags) -> Errno {
        self.refusals
            .record(&at.path, flags.purpose(), Reason::Special);
        Errno::Acces
    }

    /// What an open that might change something gets from a read-only mount:
    /// the error it would get elsewhere, or else `EROFS`. An `O_CREAT` for
    /// reading is fine where the file exists.
    fn check_read_only(&mut self, mount: &Mount, at: &Resolved, flags: Flags) -> Result<(), Errno> {
        let path = host_path(mount, &at.path, at.slash)?;
        let found = if flags.exclusive() || flags.has(O_NOFOLLOW) {
            mount.directory.symlink_metadata(path)
        } else {
            mount.directory.metadata(path)
        };
        match found {
            Ok(_) if flags.exclusive() => return Err(Errno::Exist),
            Ok(metadata) if metadata.is_dir() => return Err(Errno::Isdir),
            Ok(_) if !flags.writes() && !flags.has(O_TRUNC) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound && flags.has(O_CREAT) => {}
            Err(error) => return Err(self.host_failed(&error, &at.path, Purpose::Change)),
        }
        self.refusals
            .record(&at.path, Purpose::Change, Reason::ReadOnly);
        Err(Errno::Rofs)
    }
}

/// Opens, or creates where that is wanted. An `O_CREAT` for reading only, which
/// cap-std does not know, becomes two steps.
fn open_or_create(mount: &Mount, path: &Path, how: HostOpen) -> io::Result<std::fs::File> {
    if !how.create || how.write {
        return host::open(&mount.directory, path, how);
    }
    let existing = HostOpen {
        create: false,
        exclusive: false,
        ..how
    };
    let creating = HostOpen { write: true, ..how };
    if how.exclusive {
        return host::open(&mount.directory, path, creating);
    }
    match host::open(&mount.directory, path, existing) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            host::open(&mount.directory, path, creating)
        }
        result => result,
    }
}
