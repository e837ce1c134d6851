//! The file system behind the system calls of Emscripten: a shared tree in
//! memory with changes of each instance's own, and directories of the host
//! mounted into it. Knows nothing of WebAssembly.
//!
//! A [`Tree`] is made once by a [`TreeBuilder`] and the [`Mounts`] once for the
//! same grants; a [`FileSystem`] over both costs about two microseconds. Paths are
//! bytes, descriptors and flags the numbers that C has for them.

mod area;
mod attributes;
mod contents;
mod control;
mod descriptors;
mod directory;
mod entries;
mod errno;
mod error;
mod file_system;
mod freeze;
mod host;
mod image;
mod kind;
mod listing;
mod memory;
mod metadata;
mod mount;
mod node;
mod open;
mod path;
mod pipe;
mod refusal;
mod rename;
mod resolution;
mod space;
mod times;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

#[allow(
    unused_imports,
    reason = "the vocabulary of system calls; tests use all of it"
)]
pub use self::{
    control::{
        F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_GETLK, F_SETFD, F_SETFL, F_SETLK, F_SETLKW,
        FD_CLOEXEC, Readiness,
    },
    descriptors::{DESCRIPTOR_LIMIT, Descriptor, Stream},
    entries::AT_REMOVEDIR,
    errno::Errno,
    error::{CreateError, FreezeError, ImageError, MountError, TreeError},
    file_system::{AT_FDCWD, FileSystem, Settings},
    freeze::{Frozen, Reading},
    kind::Kind,
    listing::{DirectoryEntries, DirectoryEntry},
    metadata::{AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, Metadata},
    mount::{Access, Mount, Mounts},
    node::{Device, Time},
    open::{
        O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK,
        O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY,
    },
    refusal::{Reason, Refusal},
    space::Space,
    times::TimeChange,
    tree::{Layer, Tree, TreeBuilder},
};
