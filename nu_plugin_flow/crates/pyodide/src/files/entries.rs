use std::path::Path;

use super::{
    directory::is_directory,
    errno::Errno,
    file_system::{FileSystem, host_path},
    host,
    mount::Mount,
    node::{Body, Content, Entries, Inode},
    open::{O_CREAT, O_EXCL, O_WRONLY},
    path::{PATH_LIMIT, components},
    refusal::{Purpose, Reason},
    resolution::{Follow, Last, Resolved},
    walk::resolve,
};

/// Remove a directory, not a file.
pub const AT_REMOVEDIR: u32 = 0x200;

/// The type bits of a mode and the one of a regular file.
const TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

impl FileSystem {
    /// Makes a directory.
    ///
    /// # Errors
    /// `EEXIST`; `EROFS` in a read-only mount, `EACCES` for what is not granted.
    pub fn mkdir(&mut self, directory: i32, path: &[u8], mode: u32) -> Result<(), Errno> {
        let at = self.resolve(directory, path, Follow::Never, Purpose::Change)?;
        if at.last != Last::Name || at.layers.is_certain() {
            return Err(Errno::Exist);
        }
        let mode = mode & 0o777 & !self.umask;
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, false)?;
            self.refuse_existing(&mount, number, &path, &at)?;
            return host::create_directory(&mount.directory, &path, mode)
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change));
        }
        let parent = self.parent_for_new(&at)?;
        let body = Body::Directory(Entries::new());
        self.memory.create(parent, at.name(), body, mode)?;
        Ok(())
    }

    /// Makes an empty regular file (`S_IFREG`, or no type in `mode`).
    ///
    /// # Errors
    /// `EPERM` for anything else; `EEXIST`; as [`FileSystem::open`].
    pub fn mknod(&mut self, directory: i32, path: &[u8], mode: u32) -> Result<(), Errno> {
        if !matches!(mode & TYPE, 0 | REGULAR) {
            return Err(Errno::Perm);
        }
        let flags = O_CREAT | O_EXCL | O_WRONLY;
        let descriptor = self.open(directory, path, flags, mode)?;
        self.close(descriptor)
    }

    /// Makes a symbolic link. In a mount it must be relative and stay within:
    /// programs of the host would follow it, too.
    ///
    /// # Errors
    /// `EPERM` for one that would lead out of a mount; `EEXIST`, `EROFS`,
    /// `EACCES`.
    pub fn symlink(&mut self, target: &[u8], directory: i32, path: &[u8]) -> Result<(), Errno> {
        if target.is_empty() {
            return Err(Errno::Noent);
        }
        if target.len() >= PATH_LIMIT {
            return Err(Errno::Nametoolong);
        }
        let at = self.resolve(directory, path, Follow::Never, Purpose::Change)?;
        if at.last != Last::Name || at.layers.is_certain() {
            return Err(Errno::Exist);
        }
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, false)?;
            if at.slash {
                let found = mount.directory.symlink_metadata(&path);
                return Err(found.map_or_else(
                    |error| self.host_failed(&error, &at.path, Purpose::Change),
                    |_| Errno::Exist,
                ));
            }
            self.refuse_existing(&mount, number, &path, &at)?;
            if leads_out(mount.relative(&at.path), target) {
                self.refusals
                    .record(&at.path, Purpose::Change, Reason::Outside);
                return Err(Errno::Perm);
            }
            return host::symlink(&mount.directory, &host::to_path(target)?, &path)
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change));
        }
        if at.slash {
            return Err(Errno::Noent);
        }
        let parent = self.parent_for_new(&at)?;
        let body = Body::Symlink(target.into());
        self.memory.create(parent, at.name(), body, 0o777)?;
        Ok(())
    }

    /// The target of a symbolic link.
    ///
    /// # Errors
    /// `EINVAL` for what is none; `ENOENT` also for what is not granted.
    pub fn readlink(&mut self, directory: i32, path: &[u8]) -> Result<Vec<u8>, Errno> {
        let at = self.resolve(directory, path, Follow::BeforeSlash, Purpose::Look)?;
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, at.slash)?;
            return mount
                .directory
                .read_link_contents(path)
                .map(|target| host::from_os(target.as_os_str()).into_owned())
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Look));
        }
        match at.layers.memory {
            Some(inode) => match &self.memory.node(inode)?.body {
                Body::Symlink(target) => Ok(target.to_vec()),
                _ => Err(Errno::Inval),
            },
            None if at.layers.is_certain() => Err(Errno::Inval),
            None => Err(self.missing(&at.path, Purpose::Look)),
        }
    }

    /// Removes a name: of a directory with [`AT_REMOVEDIR`], else of anything
    /// else. What is open stays readable until it is closed.
    ///
    /// # Errors
    /// `EISDIR`, `ENOTDIR`, `ENOTEMPTY`; `EBUSY` for a mount, a directory that
    /// leads to one, and the working directory; `EROFS`, `EACCES`.
    pub fn unlink(&mut self, directory: i32, path: &[u8], flags: u32) -> Result<(), Errno> {
        match flags {
            0 => self.unlink_file(directory, path),
            AT_REMOVEDIR => self.rmdir(directory, path),
            _ => Err(Errno::Inval),
        }
    }

    fn unlink_file(&mut self, directory: i32, path: &[u8]) -> Result<(), Errno> {
        let at = self.resolve(directory, path, Follow::Never, Purpose::Change)?;
        if at.last != Last::Name {
            return Err(Errno::Isdir);
        }
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, false)?;
            if at.slash || !mount.is_writable() {
                let directory = is_directory(&mount.directory, &path)
                    .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change))?;
                match directory {
                    true => return Err(Errno::Isdir),
                    false if at.slash => return Err(Errno::Notdir),
                    false => {}
                }
            }
            self.writable_mount(number, &at.path)?;
            return mount
                .directory
                .remove_file(path)
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change));
        }
        if !at.layers.is_certain() {
            return Err(self.missing(&at.path, Purpose::Change));
        }
        let (Some(inode), Some(parent)) = (at.layers.memory, at.parent.memory) else {
            return Err(Errno::Isdir);
        };
        if self.memory.node(inode)?.is_directory() {
            return Err(Errno::Isdir);
        }
        if at.slash {
            return Err(Errno::Notdir);
        }
        self.remove(parent, inode, &at)
    }

    fn rmdir(&mut self, directory: i32, path: &[u8]) -> Result<(), Errno> {
        let at = self.resolve(directory, path, Follow::Never, Purpose::Change)?;
        match at.last {
            Last::Name => {}
            Last::Dot => return Err(Errno::Inval),
            Last::Parent if at.path.is_empty() => return Err(Errno::Busy),
            Last::Parent => return Err(Errno::Notempty),
        }
        if at.layers.skeleton.is_some() || at.path == self.working_directory {
            return Err(Errno::Busy);
        }
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let path = host_path(&mount, &at.path, false)?;
            if !mount.is_writable() {
                let directory = is_directory(&mount.directory, &path)
                    .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change))?;
                if !directory {
                    return Err(Errno::Notdir);
                }
            }
            self.writable_mount(number, &at.path)?;
            return mount
                .directory
                .remove_dir(path)
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change));
        }
        let Some(inode) = at.layers.memory else {
            return Err(self.missing(&at.path, Purpose::Change));
        };
        if !self.memory.entries(inode)?.is_empty() {
            return Err(Errno::Notempty);
        }
        let parent = at.parent.memory.ok_or(Errno::Busy)?;
        self.remove(parent, inode, &at)
    }

    fn remove(&mut self, parent: Inode, inode: Inode, at: &Resolved) -> Result<(), Errno> {
        self.may_change_names(at)?;
        self.may_write_directory(parent)?;
        self.memory.unlink(parent, at.name())?;
        self.unname(inode)
    }

    /// A node lost its name: it goes, or lives on while it is open.
    pub(super) fn unname(&mut self, inode: Inode) -> Result<(), Errno> {
        if self.descriptors.holds(inode) {
            self.memory.change(inode)?.named = false;
        } else {
            self.memory.forget(inode);
        }
        Ok(())
    }

    /// Whether the guest may add and remove names in the directory of a path.
    /// The private areas themselves stay.
    pub(super) fn may_change_names(&mut self, at: &Resolved) -> Result<(), Errno> {
        let name = at.name().len() + 1;
        let above = at.path.len().saturating_sub(name);
        let parent = at.path.get(..above).unwrap_or_default();
        if self.is_private(parent) {
            return Ok(());
        }
        if self.is_private(&at.path) {
            return Err(Errno::Busy);
        }
        self.may_change(&at.path)
    }

    /// The directory in memory for a name that is missing.
    fn parent_for_new(&mut self, at: &Resolved) -> Result<Inode, Errno> {
        let Some(parent) = at.parent.memory else {
            return Err(self.missing(&at.path, Purpose::Change));
        };
        self.may_change(&at.path)?;
        self.may_write_directory(parent)?;
        Ok(parent)
    }

    /// For what creates a name in a mount: `EROFS` where that is read-only,
    /// but `EEXIST` first, as elsewhere.
    fn refuse_existing(
        &mut self,
        mount: &Mount,
        number: u32,
        path: &Path,
        at: &Resolved,
    ) -> Result<(), Errno> {
        if mount.is_writable() {
            return Ok(());
        }
        match mount.directory.symlink_metadata(path) {
            Ok(_) => Err(Errno::Exist),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.writable_mount(number, &at.path).map(|_| ())
            }
            Err(error) => Err(self.host_failed(&error, &at.path, Purpose::Change)),
        }
    }

    /// Makes an in-memory file of the caller's, in the place of one of that
    /// path, whatever the guest may do there; directories on the way are made.
    /// The content is shared with the caller and not counted until the guest
    /// changes it.
    ///
    /// # Errors
    /// `EISDIR`, `ENOTDIR`; `ENOSPC`; `EBUSY` for a path in a mount.
    pub fn put(&mut self, path: &[u8], content: bytes::Bytes) -> Result<(), Errno> {
        let mut way = Vec::with_capacity(path.len());
        let names: Vec<&[u8]> = components(path).collect();
        let last = names.len().checked_sub(1).ok_or(Errno::Isdir)?;
        for (index, name) in names.into_iter().enumerate() {
            way.push(b'/');
            way.extend_from_slice(name);
            let follow = Follow::Always;
            let at = resolve(&self.memory, &self.mounts, b"", &way, follow)
                .map_err(|failure| failure.errno)?;
            if at.layers.memory.is_none() && (at.layers.is_certain() || at.layers.mount.is_some()) {
                return Err(Errno::Busy);
            }
            match (at.layers.memory, at.parent.memory) {
                (Some(inode), _) if index == last => {
                    self.memory.content(inode)?;
                    self.memory.replace(inode, content.clone())?;
                }
                (Some(inode), _) => {
                    self.memory.entries(inode)?;
                }
                (None, Some(parent)) if index == last => {
                    let body = Body::File(Content::Shared(content.clone()));
                    self.memory.create(parent, at.name(), body, 0o644)?;
                }
                (None, Some(parent)) => {
                    let body = Body::Directory(Entries::new());
                    self.memory.create(parent, at.name(), body, 0o755)?;
                }
                (None, None) => return Err(Errno::Notdir),
            }
        }
        Ok(())
    }
}

/// Whether a link at `relative` in a mount would lead out of it: an absolute
/// target, or more `..` than there are directories.
fn leads_out(relative: &[u8], target: &[u8]) -> bool {
    if target.starts_with(b"/") {
        return true;
    }
    let mut depth = components(relative).count().saturating_sub(1);
    for name in components(target) {
        match name {
            b"." => {}
            b".." if depth == 0 => return true,
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::leads_out;

    #[test]
    fn a_link_must_be_relative_and_stay_within() {
        assert!(leads_out(b"a", b"/etc"));
        assert!(leads_out(b"a", b"../x"));
        assert!(leads_out(b"a/b", b"./../../x"));
        assert!(!leads_out(b"a/b", b"../x"));
        assert!(!leads_out(b"a", b"b/../c"));
    }
}
