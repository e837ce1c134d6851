use super::{
    area::is_within,
    directory::is_directory,
    errno::Errno,
    file_system::{FileSystem, host_path},
    node::{Inode, Time},
    refusal::Purpose,
    resolution::{Follow, Last, Layers, Resolved},
};

impl FileSystem {
    /// Gives a node another name, in the place of what has that name. Works
    /// within memory and within one mount.
    ///
    /// # Errors
    /// `EXDEV` for another mount, which callers answer by copying; `EINVAL` for
    /// a directory into itself; `EBUSY` for a mount; those of POSIX; `EROFS`,
    /// `EACCES`.
    pub fn rename(
        &mut self,
        from_directory: i32,
        from: &[u8],
        to_directory: i32,
        to: &[u8],
    ) -> Result<(), Errno> {
        let from = self.resolve(from_directory, from, Follow::Never, Purpose::Change)?;
        let to = self.resolve(to_directory, to, Follow::Never, Purpose::Change)?;
        if from.last != Last::Name || to.last != Last::Name {
            return Err(Errno::Busy);
        }
        if from.layers == Layers::default() {
            return Err(self.missing(&from.path, Purpose::Change));
        }
        if from.layers.skeleton.is_some() || to.layers.skeleton.is_some() {
            return Err(Errno::Busy);
        }
        match (from.layers.host(), to.layers.host(), from.layers.memory) {
            (Some(number), Some(other), _) if number == other => {
                self.rename_in_mount(number, &from, &to)
            }
            (Some(number), _, _) => {
                let mount = self.mount(number)?;
                let path = host_path(&mount, &from.path, false)?;
                let found = is_directory(&mount.directory, &path);
                found.map_err(|error| self.host_failed(&error, &from.path, Purpose::Change))?;
                Err(Errno::Xdev)
            }
            (None, Some(_), _) => Err(Errno::Xdev),
            (None, None, Some(inode)) => self.rename_in_memory(inode, &from, &to),
            (None, None, None) => Err(Errno::Busy),
        }
    }

    fn rename_in_mount(
        &mut self,
        number: u32,
        from: &Resolved,
        to: &Resolved,
    ) -> Result<(), Errno> {
        let mount = self.mount(number)?;
        let old = host_path(&mount, &from.path, false)?;
        let new = host_path(&mount, &to.path, false)?;
        let directory = is_directory(&mount.directory, &old)
            .map_err(|error| self.host_failed(&error, &from.path, Purpose::Change))?;
        if !directory && (from.slash || to.slash) {
            // Unless there is not even a directory for the new name.
            if let Some(above) = new.parent().filter(|path| !path.as_os_str().is_empty()) {
                let found = is_directory(&mount.directory, above);
                found.map_err(|error| self.host_failed(&error, &to.path, Purpose::Change))?;
            }
            return Err(Errno::Notdir);
        }
        self.writable_mount(number, &from.path)?;
        mount
            .directory
            .rename(old, &mount.directory, new)
            .map_err(|error| self.host_failed(&error, &to.path, Purpose::Change))?;
        if directory {
            self.relocate(&from.path, &to.path);
        }
        Ok(())
    }

    fn rename_in_memory(
        &mut self,
        inode: Inode,
        from: &Resolved,
        to: &Resolved,
    ) -> Result<(), Errno> {
        let directory = self.memory.node(inode)?.is_directory();
        if !directory && (from.slash || to.slash) {
            return Err(Errno::Notdir);
        }
        let old = from.parent.memory.ok_or(Errno::Busy)?;
        let Some(new) = to.parent.memory else {
            return Err(self.missing(&to.path, Purpose::Change));
        };
        self.may_change_names(from)?;
        self.may_change_names(to)?;
        if to.layers.memory == Some(inode) {
            return Ok(());
        }
        if directory && is_within(&to.path, &from.path) {
            return Err(Errno::Inval);
        }
        if is_within(&from.path, &to.path) {
            return Err(Errno::Notempty);
        }
        self.may_write_directory(old)?;
        self.may_write_directory(new)?;
        if let Some(replaced) = to.layers.memory {
            self.may_replace(replaced, directory, to)?;
        }
        // First out of the old place: a full file system can still rename.
        self.memory.unlink(old, from.name())?;
        if let Err(errno) = self.memory.link(new, to.name(), inode) {
            self.memory.link(old, from.name(), inode)?;
            return Err(errno);
        }
        if let Some(replaced) = to.layers.memory {
            self.unname(replaced)?;
        }
        self.memory.change(inode)?.changed = Time::now();
        if directory {
            self.relocate(&from.path, &to.path);
        }
        Ok(())
    }

    /// Whether a rename may take the place of a node.
    fn may_replace(&self, replaced: Inode, directory: bool, to: &Resolved) -> Result<(), Errno> {
        let entries = self.memory.node(replaced)?.entries();
        match (directory, entries) {
            (true, None) => Err(Errno::Notdir),
            (false, Some(_)) => Err(Errno::Isdir),
            (true, Some(entries)) if !entries.is_empty() => Err(Errno::Notempty),
            (true, Some(_)) if to.path == self.working_directory => Err(Errno::Busy),
            _ => Ok(()),
        }
    }

    /// A directory has another path: so have what is below it, the working
    /// directory and the open directories.
    fn relocate(&mut self, from: &[u8], to: &[u8]) {
        let moved = |path: &mut Vec<u8>| {
            if is_within(path, from) {
                path.splice(..from.len(), to.iter().copied());
            }
        };
        moved(&mut self.working_directory);
        self.descriptors
            .files_mut()
            .for_each(|file| moved(&mut file.path));
    }
}
