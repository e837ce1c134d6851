use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;

use super::{
    Errno, FileSystem, FreezeError, Tree,
    memory::Memory,
    node::{Body, Content, Inode, Node},
    tree::ROOT,
};

/// The state of a file system that goes on in others.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// All that is in memory.
    pub tree: Arc<Tree>,
    /// The working directory, absolute. It may be in a mount.
    pub working_directory: Vec<u8>,
    /// The permission bits that new files do not get.
    pub umask: u32,
}

impl FileSystem {
    /// The state as it is now, as the base of others. Inode numbers stay; what
    /// is in mounts is not part of it; contents of the base stay shared.
    ///
    /// # Errors
    /// Open files other than the three standard streams.
    pub fn freeze(&self) -> Result<Frozen, FreezeError> {
        let paths = self.open_paths();
        if !paths.is_empty() {
            return Err(FreezeError::FilesOpen { paths });
        }
        Ok(Frozen {
            tree: Arc::new(self.memory.tree()),
            working_directory: self.working_directory().into_owned(),
            umask: self.umask,
        })
    }
}

impl Memory {
    fn tree(&self) -> Tree {
        let mut nodes = BTreeMap::new();
        let mut waiting = vec![ROOT];
        while let Some(inode) = waiting.pop() {
            let Ok(node) = self.node(inode) else {
                continue;
            };
            waiting.extend(
                node.entries()
                    .into_iter()
                    .flatten()
                    .map(|(_, child)| *child),
            );
            nodes.insert(inode, frozen(node));
        }
        Tree {
            nodes,
            next: self.next(),
            areas: self.base.areas.clone(),
        }
    }

    /// Gives a file another content, which is not copied but counts.
    pub(super) fn replace(&mut self, inode: Inode, content: Bytes) -> Result<(), Errno> {
        self.resize(inode, 0)?;
        let node = self.change(inode)?;
        node.body = Body::File(Content::Shared(content));
        node.touch();
        Ok(())
    }
}

fn frozen(node: &Node) -> Node {
    match &node.body {
        Body::File(Content::Owned(bytes)) => Node {
            body: Body::File(Content::Shared(Bytes::copy_from_slice(bytes))),
            ..node.clone()
        },
        _ => node.clone(),
    }
}
