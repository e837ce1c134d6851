use std::{collections::BTreeSet, path::Path};

use cap_std::fs::{Dir, ReadDir};

use super::{
    descriptors::{Object, OpenDirectory},
    errno::Errno,
    file_system::{FileSystem, host_path},
    host,
    kind::Kind,
    listing::{DirectoryEntries, Listing},
    metadata::SKELETON_INODE,
    resolution::Follow,
    tree::ROOT,
    walk::resolve,
};

impl FileSystem {
    /// The next entries of an open directory, at most `count`; the position
    /// moves behind them. The list is made at the first call and stays the same
    /// until a seek to 0. `.` and `..` come first.
    ///
    /// # Errors
    /// `ENOTDIR`; `ENOMEM` where the instance's listings exceed 64 MiB; what the
    /// host says.
    pub fn read_directory(
        &mut self,
        descriptor: i32,
        count: usize,
    ) -> Result<DirectoryEntries<'_>, Errno> {
        let file = self.descriptors.get(descriptor)?;
        let Object::Directory(open) = &file.object else {
            return Err(Errno::Notdir);
        };
        if open.listing.is_none() {
            let listing = self.list(open, &file.path)?;
            self.listed = self.listed.saturating_add(listing.bytes);
            if let Object::Directory(open) = &mut self.descriptors.get_mut(descriptor)?.object {
                open.listing = Some(listing);
            }
        }
        let file = self.descriptors.get_mut(descriptor)?;
        let Object::Directory(OpenDirectory {
            listing: Some(listing),
            ..
        }) = &file.object
        else {
            return Err(Errno::Notdir);
        };
        let first = file.position;
        let start = usize::try_from(first).unwrap_or(usize::MAX);
        let rest = listing.entries.get(start..).unwrap_or_default();
        let entries = rest.get(..count.min(rest.len())).unwrap_or_default();
        file.position = first.saturating_add(entries.len() as u64);
        Ok(DirectoryEntries { first, entries })
    }

    fn list(&self, open: &OpenDirectory, path: &[u8]) -> Result<Listing, Errno> {
        let mut listing = Listing::default();
        let own = match &open.host {
            Some(directory) => inode_of(directory),
            None => self
                .metadata_of_certain(open.layers, path)
                .map_or(ROOT, |metadata| metadata.inode),
        };
        listing.push(own, Kind::Directory, b".", self.listed)?;
        listing.push(self.inode_above(path), Kind::Directory, b"..", self.listed)?;
        let mut names = BTreeSet::new();
        if let Some(branch) = open.layers.skeleton {
            for (name, child) in self.mounts.children(branch) {
                let inode = SKELETON_INODE + u64::from(child);
                listing.push(inode, Kind::Directory, name, self.listed)?;
                names.insert(name.to_vec());
            }
        }
        if let Some(inode) = open.layers.memory
            && let Ok(entries) = self.memory.entries(inode)
        {
            for (name, inode) in entries {
                if names.contains(name.as_ref()) {
                    continue;
                }
                let kind = Kind::of_node(self.memory.node(*inode)?);
                listing.push(*inode, kind, name, self.listed)?;
                if open.layers.mount.is_some() {
                    names.insert(name.to_vec());
                }
            }
        }
        if let Some(entries) = self.host_entries(open, path)? {
            self.list_host(&mut listing, entries, &names)?;
        }
        Ok(listing)
    }

    /// The entries of the host's directory, where there is one.
    fn host_entries(&self, open: &OpenDirectory, path: &[u8]) -> Result<Option<ReadDir>, Errno> {
        if let Some(directory) = &open.host {
            return Ok(Some(directory.entries()?));
        }
        let mount = open.layers.mount.and_then(|number| self.mounts.get(number));
        let Some(mount) = mount else {
            return Ok(None);
        };
        // In a directory that exists in memory too, the host's may be missing.
        let path = host_path(mount, path, false)?;
        let directory = host::open_directory(&mount.directory, &path);
        Ok(directory.and_then(|directory| directory.entries()).ok())
    }

    fn list_host(
        &self,
        listing: &mut Listing,
        entries: ReadDir,
        names: &BTreeSet<Vec<u8>>,
    ) -> Result<(), Errno> {
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = host::from_os(&name);
            if names.contains(name.as_ref()) {
                continue;
            }
            let kind = entry.file_type().map_or(Kind::Other, Kind::of_host);
            listing.push(host::inode_of_entry(&entry), kind, &name, self.listed)?;
        }
        Ok(())
    }

    /// The inode for `..`: that of the directory above where it is in memory.
    fn inode_above(&self, path: &[u8]) -> u64 {
        let mut above = path.to_vec();
        above.extend_from_slice(b"/..");
        resolve(&self.memory, &self.mounts, b"", &above, Follow::Always)
            .ok()
            .and_then(|at| at.layers.memory)
            .unwrap_or(ROOT)
    }
}

fn inode_of(directory: &Dir) -> u64 {
    host::inode_of_directory(directory).unwrap_or(ROOT)
}

/// Whether a path of the host is a directory, without following a link.
pub(super) fn is_directory(directory: &Dir, path: &Path) -> std::io::Result<bool> {
    directory
        .symlink_metadata(path)
        .map(|metadata| metadata.is_dir())
}
