use super::{
    descriptors::Object,
    errno::Errno,
    file_system::{AT_FDCWD, FileSystem},
    metadata::BLOCK,
    node::NODE_COST,
    path::NAME_LIMIT,
};

/// What `statfs` tells. In memory it is about the byte limit; of a mount it
/// tells nothing of the host's disk but that there is some room where the guest
/// may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// The size of a block, in bytes.
    pub block_size: u64,
    /// How many blocks there are.
    pub blocks: u64,
    /// How many of them are free.
    pub free: u64,
    /// How many nodes there may be.
    pub nodes: u64,
    /// How many more of them.
    pub free_nodes: u64,
    /// The longest name, in bytes.
    pub name_length: u64,
}

/// What a mount is said to have: 1 TiB, of which half is free.
const HOST_BLOCKS: u64 = 1 << 28;

impl FileSystem {
    /// The space where a path is.
    ///
    /// # Errors
    /// As [`FileSystem::metadata_at`].
    pub fn space(&mut self, path: &[u8]) -> Result<Space, Errno> {
        let metadata = self.metadata_at(AT_FDCWD, path, 0)?;
        let memory = self.metadata_at(AT_FDCWD, b"/", 0)?;
        Ok(self.space_of(metadata.device == memory.device))
    }

    /// The space where a descriptor's file is.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn space_at(&self, descriptor: i32) -> Result<Space, Errno> {
        let in_memory = match &self.descriptors.get(descriptor)?.object {
            Object::Host { .. } => false,
            Object::Directory(open) => open.host.is_none(),
            _ => true,
        };
        Ok(self.space_of(in_memory))
    }

    fn space_of(&self, in_memory: bool) -> Space {
        let budget = &self.memory.budget;
        let left = budget.limit.saturating_sub(budget.used);
        let (blocks, free) = if in_memory {
            (budget.limit / BLOCK, left / BLOCK)
        } else {
            (HOST_BLOCKS, HOST_BLOCKS / 2)
        };
        let used = self.memory.private_nodes();
        let free_nodes = left / NODE_COST;
        Space {
            block_size: BLOCK,
            blocks,
            free,
            nodes: used.saturating_add(free_nodes),
            free_nodes,
            name_length: NAME_LIMIT as u64,
        }
    }
}
