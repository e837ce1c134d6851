//! Where a path leads.

use super::{errno::Errno, node::Inode, refusal::Reason};

/// What can stand at one path at the same time. A directory may be all three:
/// on the way to a mount, in memory, and in the directory mounted at the root.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layers {
    /// A directory that leads to a mount, or the mount itself.
    pub(super) skeleton: Option<u32>,
    /// A node in memory.
    pub(super) memory: Option<Inode>,
    /// A mount in which the path may exist. Only an operation there can tell.
    pub(super) mount: Option<u32>,
}

impl Layers {
    /// Whether the path exists for certain, without asking the host.
    pub(super) fn is_certain(self) -> bool {
        self.skeleton.is_some() || self.memory.is_some()
    }

    /// The mount that alone decides, where nothing is in memory.
    pub(super) fn host(self) -> Option<u32> {
        if self.is_certain() { None } else { self.mount }
    }
}

/// What happens to a symbolic link at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// It is followed.
    Always,
    /// It is followed only where a slash comes after it.
    BeforeSlash,
    /// It is what is meant, as for all that changes a name.
    Never,
}

/// How a path ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// By a name.
    Name,
    /// By `.`.
    Dot,
    /// By `..`, or it is the root.
    Parent,
}

/// Where a path leads.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// The canonical guest path; empty for the root. Inside a mount, symbolic
    /// links are still in it.
    pub(super) path: Vec<u8>,
    /// What is there. Nothing at all where the last name is missing.
    pub(super) layers: Layers,
    /// The directory of the last name.
    pub(super) parent: Layers,
    /// How the path ended.
    pub(super) last: Last,
    /// It ended with a name and a slash, and must be a directory.
    pub(super) slash: bool,
}

impl Resolved {
    /// The last name; empty for the root.
    pub(super) fn name(&self) -> &[u8] {
        self.path.rsplit(|byte| *byte == b'/').next().unwrap_or(b"")
    }
}

/// A path that leads nowhere.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) errno: Errno,
    /// The canonical path as far as it can be told.
    pub(super) path: Vec<u8>,
    /// Why the guest is refused it, where that is the reason: no grant covers
    /// it, or a link or `..` in a mount led out of that.
    pub(super) reason: Option<Reason>,
}
