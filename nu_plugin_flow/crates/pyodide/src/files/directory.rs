use std::{borrow::Cow, collections::BTreeSet, path::Path};

use cap_std::fs::{Dir, ReadDir};

use super::{
    Errno, FileSystem, Kind,
    descriptors::{Object, OpenDirectory},
    file_system::host_path,
    host,
    metadata::SKELETON_INODE,
    path::{Follow, Layers},
    refusal::Purpose,
    tree::ROOT,
};

/// What the listings of all open directories of an instance may take, in bytes.
const LISTING_LIMIT: u64 = 64 << 20;

/// What an entry of a listing takes besides its name, in bytes.
const ENTRY_SIZE: u64 = 64;

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The number of its node.
    pub inode: u64,
    /// What it is, as far as that is known without looking at it.
    pub kind: Kind,
    /// Its name, at most 255 bytes of the host's encoding.
    pub name: Vec<u8>,
}

/// Some entries of a directory, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryEntries<'a> {
    /// How many come before the first of them. The offset (`d_off`) of an entry
    /// is this plus its place here, counted from 1: a seek to it goes on after
    /// it.
    pub first: u64,
    /// The entries; none at the end.
    pub entries: &'a [DirectoryEntry],
}

/// The entries of an open directory as they were when the guest began to read.
#[derive(Debug, Default)]
pub(super) struct Listing {
    entries: Vec<DirectoryEntry>,
    pub(super) bytes: u64,
}

impl Listing {
    /// `ENOMEM` where all listings together become too long.
    fn push(&mut self, inode: u64, kind: Kind, name: &[u8], others: u64) -> Result<(), Errno> {
        self.bytes += ENTRY_SIZE + name.len() as u64;
        if self.bytes.saturating_add(others) > LISTING_LIMIT {
            return Err(Errno::Nomem);
        }
        self.entries.push(DirectoryEntry {
            inode,
            kind,
            name: name.to_vec(),
        });
        Ok(())
    }
}

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
        super::walk::resolve(&self.memory, &self.mounts, b"", &above, Follow::Always)
            .ok()
            .and_then(|at| at.layers.memory)
            .unwrap_or(ROOT)
    }

    /// Makes a path the working directory.
    ///
    /// # Errors
    /// `ENOTDIR`; `EACCES` for what is not granted.
    pub fn chdir(&mut self, path: &[u8]) -> Result<(), Errno> {
        let at = self.resolve(super::AT_FDCWD, path, Follow::Always, Purpose::Open)?;
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
}

/// A canonical path as it is written: `/` for the root.
pub(super) fn absolute(path: &[u8]) -> Cow<'_, [u8]> {
    if path.is_empty() { b"/" } else { path }.into()
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
