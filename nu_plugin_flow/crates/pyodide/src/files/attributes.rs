use cap_std::fs::Permissions;

use super::{
    descriptors::Object,
    errno::Errno,
    file_system::{AT_FDCWD, FileSystem, host_path},
    host,
    kind::Kind,
    metadata::follow,
    mount::Mount,
    node::{Inode, Time},
    path::absolute,
    refusal::Purpose,
    resolution::{Follow, Resolved},
};

impl FileSystem {
    /// Whether the guest may use a path. `wanted` has the bits 4 to read, 2 to
    /// write, 1 to execute or enter; 0 asks whether it exists.
    ///
    /// # Errors
    /// `EACCES` where not, `EROFS` for writing in a read-only mount.
    pub fn access(
        &mut self,
        directory: i32,
        path: &[u8],
        wanted: u32,
        flags: u32,
    ) -> Result<(), Errno> {
        if wanted & !0o7 != 0 {
            return Err(Errno::Inval);
        }
        let follow = follow(flags);
        let at = self.resolve(directory, path, follow, Purpose::Look)?;
        let writes = wanted & 0o2 != 0;
        if let Some(number) = at.layers.host() {
            let mount = self.mount(number)?;
            let directory = &mount.directory;
            let path = host_path(&mount, &at.path, false)?;
            let follows = follow == Follow::Always || at.slash;
            let found = match at.slash {
                true => directory
                    .metadata(host_path(&mount, &at.path, true)?)
                    .map(|_| ()),
                false => Ok(()),
            };
            found
                .and_then(|()| host::access(directory, &path, wanted, follows))
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Look))?;
            return if writes && !mount.is_writable() {
                Err(Errno::Rofs)
            } else {
                Ok(())
            };
        }
        let mode = self.metadata_of(&at, follow)?.mode;
        let refused = (0..3).any(|bit| {
            let bit = 1 << bit;
            wanted & bit != 0 && mode & (bit * 0o111) == 0
        });
        let device = mode & 0o170_000 == Kind::CharacterDevice.mode();
        if refused || (writes && !device && !self.is_writable(&at)) {
            return Err(Errno::Acces);
        }
        Ok(())
    }

    /// Whether what exists for certain at a path may be written.
    fn is_writable(&self, at: &Resolved) -> bool {
        let mount = at.layers.mount.and_then(|number| self.mounts.get(number));
        mount.is_some_and(Mount::is_writable)
            || (at.layers.memory.is_some() && self.is_private(&at.path))
    }

    /// Sets the permission bits of a path. Of the host's files only the owner's
    /// write bit is changed: nobody else gets at them, and none becomes a
    /// program.
    ///
    /// # Errors
    /// `EROFS` in a read-only mount, `EACCES` for what is not granted,
    /// `ENOTSUP` for a link itself.
    pub fn chmod(
        &mut self,
        directory: i32,
        path: &[u8],
        mode: u32,
        flags: u32,
    ) -> Result<(), Errno> {
        let follow = follow(flags);
        let at = self.resolve(directory, path, follow, Purpose::Change)?;
        if let Some(number) = at.layers.host() {
            let (mount, path, metadata) = self.host_to_change(number, &at, follow)?;
            if metadata.is_symlink() {
                return Err(Errno::Notsup);
            }
            let Some(permissions) = with_owner_write(&metadata.permissions(), mode) else {
                return Ok(());
            };
            return mount
                .directory
                .set_permissions(path, permissions)
                .map_err(|error| self.host_failed(&error, &at.path, Purpose::Change));
        }
        let inode = self.node_to_change(&at, Errno::Perm)?;
        if Kind::of_node(self.memory.node(inode)?) == Kind::Symlink {
            return Err(Errno::Notsup);
        }
        self.may_change(&at.path)?;
        self.set_mode(inode, mode)
    }

    /// Sets the permission bits of an open file, as [`FileSystem::chmod`].
    ///
    /// # Errors
    /// As [`FileSystem::chmod`]; `EINVAL` for streams and pipes.
    pub fn fchmod(&mut self, descriptor: i32, mode: u32) -> Result<(), Errno> {
        let file = self.descriptors.get(descriptor)?;
        let path = file.path.clone();
        match &file.object {
            Object::Memory(inode) => {
                let inode = *inode;
                self.may_change(&path)?;
                self.set_mode(inode, mode)
            }
            Object::Host { file, mount } => {
                if !self.mounts.get(*mount).is_some_and(Mount::is_writable) {
                    return Err(Errno::Rofs);
                }
                let before = file.metadata()?.permissions();
                match with_owner_write(&Permissions::from_std(before), mode) {
                    Some(after) => Ok(file.set_permissions(after.into_std(file)?)?),
                    None => Ok(()),
                }
            }
            Object::Directory(_) => self.chmod(AT_FDCWD, &absolute(&path), mode, 0),
            _ => Err(Errno::Inval),
        }
    }

    fn set_mode(&mut self, inode: Inode, mode: u32) -> Result<(), Errno> {
        let node = self.memory.change(inode)?;
        node.mode = mode & 0o7777;
        node.changed = Time::now();
        Ok(())
    }

    /// Gives a path to another user: does nothing, because there is only one.
    ///
    /// # Errors
    /// As [`FileSystem::metadata_at`].
    pub fn chown(&mut self, directory: i32, path: &[u8], flags: u32) -> Result<(), Errno> {
        self.metadata_at(directory, path, flags).map(|_| ())
    }

    /// Gives an open file to another user: does nothing.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fchown(&mut self, descriptor: i32) -> Result<(), Errno> {
        self.descriptors.get(descriptor).map(|_| ())
    }
}

/// The permissions with the owner's write bit of `mode`, where that is another.
#[cfg(unix)]
fn with_owner_write(before: &Permissions, mode: u32) -> Option<Permissions> {
    use cap_std::fs::PermissionsExt;
    let old = before.mode() & 0o7777;
    let new = (old & !0o200) | (mode & 0o200);
    (old != new).then(|| Permissions::from_mode(new))
}

/// The permissions with the owner's write bit of `mode`, where that is another.
#[cfg(not(unix))]
fn with_owner_write(before: &Permissions, mode: u32) -> Option<Permissions> {
    let readonly = mode & 0o200 == 0;
    let mut after = before.clone();
    after.set_readonly(readonly);
    (before.readonly() != readonly).then_some(after)
}
