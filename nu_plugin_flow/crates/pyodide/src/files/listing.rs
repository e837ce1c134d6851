//! What is read of a directory.

use super::{errno::Errno, kind::Kind};

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
    pub(super) entries: Vec<DirectoryEntry>,
    pub(super) bytes: u64,
}

impl Listing {
    /// `ENOMEM` where all listings together become too long.
    pub(super) fn push(
        &mut self,
        inode: u64,
        kind: Kind,
        name: &[u8],
        others: u64,
    ) -> Result<(), Errno> {
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
