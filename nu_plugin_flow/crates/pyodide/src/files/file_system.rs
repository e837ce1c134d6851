use std::{borrow::Cow, collections::BTreeMap, io, path::Path, sync::Arc};

use super::{
    area::Area,
    descriptors::{Descriptors, Object, OpenFile},
    errno::Errno,
    error::CreateError,
    host,
    memory::Memory,
    mount::{Mount, Mounts},
    node::{Body, Entries, Inode},
    path::{absolute, components, lossy},
    pipe::Pipe,
    refusal::{Purpose, Reason, Refusal, Refusals, not_granted},
    resolution::{Failure, Follow, Layers, Resolved},
    tree::Tree,
    walk::resolve,
};

/// In the place of a directory's descriptor: the working directory.
pub const AT_FDCWD: i32 = -100;

/// What a file system begins with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many bytes the instance's own files, names, nodes and pipes may
    /// take. A node counts 256 bytes and an entry 64 besides its name.
    pub limit: u64,
    /// The working directory, absolute. Made where it is missing.
    pub working_directory: Vec<u8>,
    /// The permission bits that new files do not get.
    pub umask: u32,
}

impl Default for Settings {
    /// 64 MiB, `/home/pyodide`, and 022.
    fn default() -> Settings {
        Settings {
            limit: 64 << 20,
            working_directory: b"/home/pyodide".to_vec(),
            umask: 0o022,
        }
    }
}

/// The files of one instance: its own view of a shared tree, the mounts, its
/// descriptors and its working directory.
///
/// Every operation that takes a `directory` takes a descriptor or [`AT_FDCWD`],
/// from which a relative path begins. Errors are what C sees in `errno`.
#[derive(Debug)]
pub struct FileSystem {
    pub(super) memory: Memory,
    pub(super) mounts: Arc<Mounts>,
    pub(super) descriptors: Descriptors,
    pub(super) pipes: BTreeMap<u32, Pipe>,
    pub(super) next_pipe: u32,
    /// Canonical; empty for the root.
    pub(super) working_directory: Vec<u8>,
    pub(super) umask: u32,
    /// The bytes that listings of directories take.
    pub(super) listed: u64,
    pub(super) refusals: Refusals,
}

impl FileSystem {
    /// A file system over a shared tree. Copies nothing of it.
    ///
    /// # Errors
    /// A working directory that is not absolute, is a file, or is missing
    /// within a mount.
    pub fn new(
        base: Arc<Tree>,
        mounts: Arc<Mounts>,
        settings: Settings,
    ) -> Result<FileSystem, CreateError> {
        let mut files = FileSystem {
            memory: Memory::new(base, settings.limit),
            mounts,
            descriptors: Descriptors::standard(),
            pipes: BTreeMap::new(),
            next_pipe: 0,
            working_directory: Vec::new(),
            umask: settings.umask & 0o777,
            listed: 0,
            refusals: Refusals::default(),
        };
        files.enter(&settings.working_directory).map_err(|source| {
            CreateError::WorkingDirectory {
                path: lossy(&settings.working_directory),
                source,
            }
        })?;
        Ok(files)
    }

    fn enter(&mut self, path: &[u8]) -> Result<(), Errno> {
        if !path.starts_with(b"/") {
            return Err(Errno::Inval);
        }
        let mut way = Vec::with_capacity(path.len());
        for name in components(path) {
            way.push(b'/');
            way.extend_from_slice(name);
            let resolved = resolve(&self.memory, &self.mounts, b"", &way, Follow::Always)
                .map_err(|failure| failure.errno)?;
            if resolved.layers == Layers::default()
                && let Some(parent) = resolved.parent.memory
            {
                let body = Body::Directory(Entries::new());
                self.memory.create(parent, resolved.name(), body, 0o755)?;
            }
        }
        let result = self.chdir(path);
        self.refusals = Refusals::default();
        result
    }

    /// Makes a path the working directory.
    ///
    /// # Errors
    /// `ENOTDIR`; `EACCES` for what is not granted.
    pub fn chdir(&mut self, path: &[u8]) -> Result<(), Errno> {
        let at = self.resolve(AT_FDCWD, path, Follow::Always, Purpose::Open)?;
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            // Without links, so that the name of the directory is its own.
            let straight = host::canonicalize_directory(&mount.directory, mount.relative(&at.path))
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Open))?;
            let mut path = mount.path;
            if !straight.is_empty() {
                path.push(b'/');
                path.extend_from_slice(&straight);
            }
            self.working_directory = path;
            return Ok(());
        }
        match at.layers {
            Layers {
                memory: Some(inode),
                skeleton: None,
                ..
            } if !self.memory.node(inode)?.is_directory() => Err(Errno::Notdir),
            layers if layers.is_certain() => {
                self.working_directory = at.path;
                Ok(())
            }
            _ => Err(self.missing(&at.path, Purpose::Open)),
        }
    }

    /// Makes an open directory the working directory.
    ///
    /// # Errors
    /// `ENOTDIR`, `EBADF`.
    pub fn fchdir(&mut self, descriptor: i32) -> Result<(), Errno> {
        let file = self.descriptors.get(descriptor)?;
        if !matches!(file.object, Object::Directory(_)) {
            return Err(Errno::Notdir);
        }
        let path = absolute(&file.path).into_owned();
        self.chdir(&path)
    }

    /// The working directory, absolute.
    pub fn working_directory(&self) -> Cow<'_, [u8]> {
        absolute(&self.working_directory)
    }

    /// Takes the refusals since the last time, at most the last eight: those of
    /// paths that were to be read or changed; where there are none, of those
    /// that were only looked for.
    pub fn take_refusals(&mut self) -> Vec<Refusal> {
        self.refusals.take()
    }

    /// How many bytes of the limit are in use.
    pub fn used(&self) -> u64 {
        self.memory.budget.used
    }

    /// Sets the permission bits that new files do not get; returns the former.
    pub fn umask(&mut self, mask: u32) -> u32 {
        std::mem::replace(&mut self.umask, mask & 0o777)
    }

    /// Follows a path and turns a failure into what the guest is told.
    pub(super) fn resolve(
        &mut self,
        directory: i32,
        path: &[u8],
        follow: Follow,
        purpose: Purpose,
    ) -> Result<Resolved, Errno> {
        let start = if path.starts_with(b"/") {
            Cow::Borrowed(&[][..])
        } else if directory == AT_FDCWD {
            Cow::Borrowed(self.working_directory.as_slice())
        } else {
            let file = self.descriptors.get(directory)?;
            match file.object {
                Object::Directory(_) => Cow::Borrowed(file.path.as_slice()),
                _ => return Err(Errno::Notdir),
            }
        };
        match resolve(&self.memory, &self.mounts, &start, path, follow) {
            Ok(resolved) => Ok(resolved),
            Err(failure) => Err(self.failed(failure, purpose)),
        }
    }

    fn failed(&mut self, failure: Failure, purpose: Purpose) -> Errno {
        match failure.reason {
            Some(Reason::NotGranted) => self.missing(&failure.path, purpose),
            Some(reason) => {
                self.refusals.record(&failure.path, purpose, reason);
                failure.errno
            }
            None => failure.errno,
        }
    }

    /// What the guest is told of a path that is neither in memory nor mounted.
    pub(super) fn missing(&mut self, path: &[u8], purpose: Purpose) -> Errno {
        match self.memory.base.areas.of(path) {
            Area::Private | Area::Interpreter => Errno::Noent,
            Area::Open => {
                self.refusals.record(path, purpose, Reason::NotGranted);
                not_granted(path, purpose)
            }
        }
    }

    /// The node in memory that is to be changed at a path; `otherwise` is the
    /// error for what else exists there for certain.
    pub(super) fn node_to_change(
        &mut self,
        at: &Resolved,
        otherwise: Errno,
    ) -> Result<Inode, Errno> {
        match at.layers.memory {
            Some(inode) => Ok(inode),
            None if at.layers.is_certain() => Err(otherwise),
            None => Err(self.missing(&at.path, Purpose::Change)),
        }
    }

    /// Whether the guest may change what is in memory at a path.
    pub(super) fn may_change(&mut self, path: &[u8]) -> Result<(), Errno> {
        match self.memory.base.areas.of(path) {
            Area::Private => Ok(()),
            Area::Interpreter => {
                self.refusals
                    .record(path, Purpose::Change, Reason::ReadOnly);
                Err(Errno::Rofs)
            }
            Area::Open => {
                self.refusals
                    .record(path, Purpose::Change, Reason::NotGranted);
                Err(Errno::Acces)
            }
        }
    }

    /// Whether the guest may change what is in memory at a path, without a
    /// record.
    pub(super) fn is_private(&self, path: &[u8]) -> bool {
        self.memory.base.areas.of(path) == Area::Private
    }

    /// `EACCES` where the directory's permission bits forbid new names.
    pub(super) fn may_write_directory(&self, directory: Inode) -> Result<(), Errno> {
        match self.memory.node(directory)?.mode & 0o222 {
            0 => Err(Errno::Acces),
            _ => Ok(()),
        }
    }

    /// What the guest is told where the host refused.
    pub(super) fn host_failed(
        &mut self,
        error: &io::Error,
        path: &[u8],
        purpose: Purpose,
    ) -> Errno {
        if host::is_escape(error) {
            self.refusals.record(path, purpose, Reason::Outside);
            return Errno::Perm;
        }
        error.into()
    }

    /// The mount with that number, with its own handle so that `self` is free.
    pub(super) fn mount(&self, number: u32) -> Result<Mount, Errno> {
        self.mounts.get(number).cloned().ok_or(Errno::Noent)
    }

    /// The mount for changing something at a path; `EROFS` where read-only.
    pub(super) fn writable_mount(&mut self, number: u32, path: &[u8]) -> Result<Mount, Errno> {
        let mount = self.mount(number)?;
        if mount.is_writable() {
            return Ok(mount);
        }
        self.refusals
            .record(path, Purpose::Change, Reason::ReadOnly);
        Err(Errno::Rofs)
    }

    /// Ends an open file that no descriptor has any more.
    pub(super) fn release(&mut self, file: OpenFile) {
        match file.object {
            Object::Memory(inode) => self.forget_unnamed(inode),
            Object::Directory(open) => {
                if let Some(listing) = open.listing {
                    self.listed = self.listed.saturating_sub(listing.bytes);
                }
                if let Some(inode) = open.layers.memory {
                    self.forget_unnamed(inode);
                }
            }
            Object::PipeReader(number) => self.close_pipe(number, |pipe| pipe.reader = false),
            Object::PipeWriter(number) => self.close_pipe(number, |pipe| pipe.writer = false),
            Object::Stream(_) | Object::Device(..) | Object::Host { .. } => {}
        }
    }

    fn close_pipe(&mut self, number: u32, close: impl FnOnce(&mut Pipe)) {
        let Some(pipe) = self.pipes.get_mut(&number) else {
            return;
        };
        close(pipe);
        if !pipe.reader && !pipe.writer {
            let bytes = pipe.len() as u64;
            self.pipes.remove(&number);
            self.memory.budget.release(bytes);
        }
    }

    /// Drops a node that has no name and no descriptor any more.
    pub(super) fn forget_unnamed(&mut self, inode: Inode) {
        let unnamed = self.memory.node(inode).is_ok_and(|node| !node.named);
        if unnamed && !self.descriptors.holds(inode) {
            self.memory.forget(inode);
        }
    }
}

/// The relative path of the host for a canonical guest path in a mount.
pub(super) fn host_path<'a>(
    mount: &Mount,
    path: &'a [u8],
    slash: bool,
) -> Result<Cow<'a, Path>, Errno> {
    let relative = mount.relative(path);
    if slash && !relative.is_empty() {
        let mut with_slash = relative.to_vec();
        with_slash.push(b'/');
        return Ok(host::to_path(&with_slash)?.into_owned().into());
    }
    Ok(host::to_path(relative)?)
}
