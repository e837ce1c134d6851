use std::{borrow::Cow, path::Path};

use super::{
    descriptors::Object,
    errno::Errno,
    file_system::{AT_FDCWD, FileSystem, host_path},
    kind::Kind,
    mount::Mount,
    node::{Body, Inode, Node, Time},
    refusal::Purpose,
    resolution::{Follow, Layers, Resolved},
};

/// The path's last link is meant itself and not followed.
pub const AT_SYMLINK_NOFOLLOW: u32 = 0x100;
/// An empty path means the descriptor itself.
pub const AT_EMPTY_PATH: u32 = 0x1000;

/// The device number of what is in memory: no real device has it.
const MEMORY_DEVICE: u64 = 0x7fff_0001;

/// The inode of the first directory that only leads to a mount.
pub(super) const SKELETON_INODE: u64 = 1 << 32;

/// The block size that is reported, in bytes.
pub(super) const BLOCK: u64 = 4096;

/// What `stat` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// The number of the device; with the inode it identifies a node.
    pub device: u64,
    /// The number of the node on its device, stable while it exists.
    pub inode: u64,
    /// What it is.
    pub kind: Kind,
    /// The type and the permission bits.
    pub mode: u32,
    /// How many names it has.
    pub links: u64,
    /// Always 0: the guest is the only user it knows.
    pub uid: u32,
    /// Always 0.
    pub gid: u32,
    /// The length in bytes.
    pub size: u64,
    /// How many blocks of 512 bytes it takes.
    pub blocks: u64,
    /// The size of reads and writes that is best, in bytes.
    pub block_size: u32,
    /// When it was last read, as far as that is recorded.
    pub accessed: Time,
    /// When its content was last changed.
    pub modified: Time,
    /// When anything of it was last changed.
    pub changed: Time,
}

impl Metadata {
    fn new(kind: Kind, inode: u64, mode: u32, size: u64, time: Time) -> Metadata {
        Metadata {
            device: MEMORY_DEVICE,
            inode,
            kind,
            mode: kind.mode() | mode,
            links: 1,
            uid: 0,
            gid: 0,
            size,
            blocks: size.div_ceil(512),
            block_size: BLOCK as u32,
            accessed: time,
            modified: time,
            changed: time,
        }
    }

    fn of_node(node: &Node, inode: Inode) -> Metadata {
        let size = match &node.body {
            Body::File(content) => content.bytes().len() as u64,
            Body::Symlink(target) => target.len() as u64,
            Body::Directory(_) => BLOCK,
            Body::Device(_) => 0,
        };
        Metadata {
            links: u64::from(node.named),
            accessed: node.accessed,
            changed: node.changed,
            ..Metadata::new(Kind::of_node(node), inode, node.mode, size, node.modified)
        }
    }

    /// A directory that only leads to a mount.
    fn of_skeleton(branch: u32) -> Metadata {
        let inode = SKELETON_INODE + u64::from(branch);
        Metadata::new(Kind::Directory, inode, 0o755, BLOCK, Time::OF_BASE)
    }

    /// A standard stream or an end of a pipe.
    fn of_stream(kind: Kind, number: u32) -> Metadata {
        let inode = 2 * SKELETON_INODE + u64::from(number);
        Metadata::new(kind, inode, 0o600, 0, Time::OF_BASE)
    }

    #[cfg(unix)]
    fn of_host(metadata: &cap_std::fs::Metadata) -> Metadata {
        use cap_std::fs::MetadataExt;
        let time = |seconds: i64, nanoseconds: i64| Time {
            seconds,
            nanoseconds: u32::try_from(nanoseconds).unwrap_or(0),
        };
        let kind = Kind::of_host(metadata.file_type());
        Metadata {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: kind.mode() | (metadata.mode() & 0o7777),
            links: metadata.nlink(),
            blocks: metadata.blocks(),
            accessed: time(metadata.atime(), metadata.atime_nsec()),
            modified: time(metadata.mtime(), metadata.mtime_nsec()),
            changed: time(metadata.ctime(), metadata.ctime_nsec()),
            ..Metadata::new(kind, 0, 0, metadata.len(), Time::default())
        }
    }

    #[cfg(not(unix))]
    fn of_host(metadata: &cap_std::fs::Metadata) -> Metadata {
        use cap_fs_ext::MetadataExt;
        let kind = Kind::of_host(metadata.file_type());
        let mode = match (kind, metadata.permissions().readonly()) {
            (Kind::Directory, _) => 0o755,
            (_, true) => 0o444,
            (_, false) => 0o644,
        };
        let time = |time: std::io::Result<cap_std::time::SystemTime>| {
            time.map_or(Time::OF_BASE, |time| Time::from(time.into_std()))
        };
        let modified = time(metadata.modified());
        Metadata {
            device: metadata.dev(),
            inode: metadata.ino(),
            links: metadata.nlink(),
            accessed: time(metadata.accessed()),
            ..Metadata::new(kind, 0, mode, metadata.len(), modified)
        }
    }
}

impl FileSystem {
    /// What is at a path, as `fstatat` tells it. `flags` may be
    /// [`AT_SYMLINK_NOFOLLOW`] and [`AT_EMPTY_PATH`].
    ///
    /// # Errors
    /// `ENOENT` also for what is not granted; `EPERM` for a link that leads out
    /// of a mount.
    pub fn metadata_at(
        &mut self,
        directory: i32,
        path: &[u8],
        flags: u32,
    ) -> Result<Metadata, Errno> {
        if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            return if directory == AT_FDCWD {
                self.metadata_at(AT_FDCWD, b".", 0)
            } else {
                self.metadata(directory)
            };
        }
        let follow = follow(flags);
        let at = self.resolve(directory, path, follow, Purpose::Look)?;
        self.metadata_of(&at, follow)
    }

    /// What is at a path; links are followed.
    ///
    /// # Errors
    /// As [`FileSystem::metadata_at`].
    pub fn stat(&mut self, path: &[u8]) -> Result<Metadata, Errno> {
        self.metadata_at(AT_FDCWD, path, 0)
    }

    /// What is at a path; a link at its end is not followed.
    ///
    /// # Errors
    /// As [`FileSystem::metadata_at`].
    pub fn lstat(&mut self, path: &[u8]) -> Result<Metadata, Errno> {
        self.metadata_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW)
    }

    pub(super) fn metadata_of(&mut self, at: &Resolved, follow: Follow) -> Result<Metadata, Errno> {
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, at.slash)?;
            return host_metadata(&mount, &path, follow, at.slash)
                .map(|metadata| Metadata::of_host(&metadata))
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Look));
        }
        if !at.layers.is_certain() {
            return Err(self.missing(&at.path, Purpose::Look));
        }
        self.metadata_of_certain(at.layers, &at.path)
    }

    /// What a path in a mount leads to, for changing an attribute of it.
    pub(super) fn host_to_change<'a>(
        &mut self,
        number: u32,
        at: &'a Resolved,
        follow: Follow,
    ) -> Result<(Mount, Cow<'a, Path>, cap_std::fs::Metadata), Errno> {
        let mount = self.mount(number)?;
        let path = host_path(&mount, &at.path, at.slash)?;
        let metadata = host_metadata(&mount, &path, follow, at.slash)
            .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change))?;
        self.writable_mount(number, &at.path)?;
        Ok((mount, path, metadata))
    }

    /// What is at a path that exists for certain.
    pub(super) fn metadata_of_certain(
        &self,
        layers: Layers,
        path: &[u8],
    ) -> Result<Metadata, Errno> {
        if let Some(inode) = layers.memory {
            return Ok(Metadata::of_node(self.memory.node(inode)?, inode));
        }
        if let Some(mount) = layers.mount.and_then(|number| self.mounts.get(number))
            && let Ok(path) = host_path(mount, path, false)
            && let Ok(metadata) = mount.directory.metadata(path)
            && metadata.is_dir()
        {
            return Ok(Metadata::of_host(&metadata));
        }
        layers
            .skeleton
            .map(Metadata::of_skeleton)
            .ok_or(Errno::Noent)
    }

    /// What a descriptor stands for.
    ///
    /// # Errors
    /// `EBADF`; what the host says.
    pub fn metadata(&self, descriptor: i32) -> Result<Metadata, Errno> {
        let file = self.descriptors.get(descriptor)?;
        match &file.object {
            Object::Memory(inode) | Object::Device(inode, _) => {
                Ok(Metadata::of_node(self.memory.node(*inode)?, *inode))
            }
            Object::Host { file, .. } => {
                let metadata = cap_std::fs::Metadata::from_file(file)?;
                Ok(Metadata::of_host(&metadata))
            }
            Object::Directory(open) => match &open.host {
                Some(directory) => Ok(Metadata::of_host(&directory.dir_metadata()?)),
                None => self.metadata_of_certain(open.layers, &file.path),
            },
            Object::Stream(stream) => {
                Ok(Metadata::of_stream(Kind::CharacterDevice, *stream as u32))
            }
            Object::PipeReader(number) | Object::PipeWriter(number) => {
                Ok(Metadata::of_stream(Kind::Pipe, number.saturating_add(16)))
            }
        }
    }
}

pub(super) fn follow(flags: u32) -> Follow {
    if flags & AT_SYMLINK_NOFOLLOW != 0 {
        Follow::BeforeSlash
    } else {
        Follow::Always
    }
}

fn host_metadata(
    mount: &Mount,
    path: &Path,
    follow: Follow,
    slash: bool,
) -> std::io::Result<cap_std::fs::Metadata> {
    if follow == Follow::Always || slash {
        mount.directory.metadata(path)
    } else {
        mount.directory.symlink_metadata(path)
    }
}
