//! Content-addressed files on disk, shared by every flow process of one user.
//!
//! ```text
//! <root>/                     0700
//!   code-v1/                  0700, one folder per bucket; the version is part of its name
//!     <key>.<extension>       0600, the entry
//!     <key>.<extension>.json  0600, its record: digest, size, times, inode
//!     <key>.tree/             0700, an entry that is a folder; its files are read-only
//!     <key>.tree.json         0600, its record: number of files, bytes
//!     <key>.lock              0600, held while the entry is made or checked
//!     <key>.<pid>-<n>.staging being written; left behind only by a kill, swept after a day
//! ```
//!
//! An entry appears by one atomic rename, after it was written and synced: a
//! reader sees all of it or none. A hit compares the entry's stat with its
//! record and takes no lock; where they differ, the content is hashed again,
//! and what no longer has its digest is thrown away and made anew.

mod bucket;
mod cache;
mod digest;
mod entry;
mod error;
mod location;
mod place;
mod private;
mod record;
mod staging;
mod tree;

pub use bucket::Bucket;
pub use cache::Cache;
pub use digest::{Digest, Digester, ParseDigestError};
pub use entry::Entry;
pub use error::{CacheError, MakeError};
pub use tree::Tree;
