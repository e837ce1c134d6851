use cap_std::fs::FileType;

use super::node::{Body, Node};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharacterDevice,
    /// An end of a pipe.
    Pipe,
    /// Something of the host that the guest cannot open.
    Other,
}

impl Kind {
    /// The type bits of a mode (`S_IFMT`).
    pub fn mode(self) -> u32 {
        match self {
            Kind::File => 0o100_000,
            Kind::Directory => 0o040_000,
            Kind::Symlink => 0o120_000,
            Kind::CharacterDevice => 0o020_000,
            Kind::Pipe => 0o010_000,
            Kind::Other => 0o140_000,
        }
    }

    /// The type in an entry of a directory (`DT_…`).
    pub fn entry_type(self) -> u8 {
        match self {
            Kind::File => 8,
            Kind::Directory => 4,
            Kind::Symlink => 10,
            Kind::CharacterDevice => 2,
            Kind::Pipe => 1,
            Kind::Other => 0,
        }
    }

    pub(super) fn of_host(kind: FileType) -> Kind {
        if kind.is_file() {
            Kind::File
        } else if kind.is_dir() {
            Kind::Directory
        } else if kind.is_symlink() {
            Kind::Symlink
        } else {
            Kind::Other
        }
    }

    pub(super) fn of_node(node: &Node) -> Kind {
        match node.body {
            Body::Directory(_) => Kind::Directory,
            Body::File(_) => Kind::File,
            Body::Symlink(_) => Kind::Symlink,
            Body::Device(_) => Kind::CharacterDevice,
        }
    }
}
