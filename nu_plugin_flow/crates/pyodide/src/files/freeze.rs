use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    descriptors::{Object, OpenFile},
    errno::Errno,
    error::FreezeError,
    file_system::{AT_FDCWD, FileSystem},
    memory::Memory,
    node::{Body, Content, Node},
    open::{O_ACCMODE, O_CLOEXEC, O_RDONLY},
    path::{absolute, lossy},
    resolution::Follow,
    tree::{ROOT, Tree},
    walk::resolve,
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
    /// The files that were open for reading, by their descriptors.
    pub open: Vec<Reading>,
}

/// A file that is open for reading, and can be opened again in another file
/// system that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    descriptor: i32,
    path: String,
    position: u64,
    close_on_exec: bool,
}

impl FileSystem {
    /// The state as it is now, as the base of others. Inode numbers stay; what
    /// is in mounts is not part of it; contents of the base stay shared.
    ///
    /// # Errors
    /// Open files other than the three standard streams and [`Reading`]s.
    pub fn freeze(&self) -> Result<Frozen, FreezeError> {
        let open: Vec<_> = self
            .descriptors
            .iter()
            .filter_map(|(index, file)| self.reading(i32::try_from(index).ok()?, file))
            .collect();
        let others = |index| open.iter().all(|reading| reading.descriptor != index);
        let paths = self.open_paths(others);
        if !paths.is_empty() {
            return Err(FreezeError::FilesOpen { paths });
        }
        Ok(Frozen {
            tree: Arc::new(self.memory.tree()),
            working_directory: self.working_directory().into_owned(),
            umask: self.umask,
            open,
        })
    }

    /// How to open a file again that is open for reading, under its name, by one
    /// descriptor.
    fn reading(&self, descriptor: i32, file: &OpenFile) -> Option<Reading> {
        if file.flags & O_ACCMODE != O_RDONLY || file.is_shared() {
            return None;
        }
        let path = absolute(&file.path).into_owned();
        let found = resolve(&self.memory, &self.mounts, b"", &path, Follow::Always).ok()?;
        let same = match &file.object {
            Object::Memory(inode) => found.layers.memory == Some(*inode),
            Object::Host { mount, .. } => found.layers.host() == Some(*mount),
            _ => false,
        };
        same.then_some(Reading {
            descriptor,
            path: String::from_utf8(path).ok()?,
            position: file.position,
            close_on_exec: self.descriptors.close_on_exec(descriptor).ok()?,
        })
    }

    /// The paths of the open files other than the standard streams, with their
    /// descriptors, such as `3: /tmp/log`.
    fn open_paths(&self, among: impl Fn(i32) -> bool) -> Vec<String> {
        self.descriptors
            .iter()
            .filter(|(index, file)| *index > 2 || !matches!(file.object, Object::Stream(_)))
            .filter(|(index, _)| i32::try_from(*index).is_ok_and(&among))
            .map(|(index, file)| {
                let path = match file.object {
                    Object::PipeReader(_) | Object::PipeWriter(_) => "a pipe".to_owned(),
                    _ => lossy(&absolute(&file.path)),
                };
                format!("{index}: {path}")
            })
            .collect()
    }

    /// Opens a file again as it was in the frozen state.
    ///
    /// # Errors
    /// It is not there any more, or its descriptor is taken.
    pub fn open_again(&mut self, reading: &Reading) -> Result<(), Errno> {
        let cloexec = if reading.close_on_exec { O_CLOEXEC } else { 0 };
        let descriptor = self.open(AT_FDCWD, reading.path.as_bytes(), O_RDONLY | cloexec, 0)?;
        self.descriptors.get_mut(descriptor)?.position = reading.position;
        if descriptor != reading.descriptor {
            self.dup3(descriptor, reading.descriptor, cloexec)?;
            self.close(descriptor)?;
        }
        Ok(())
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
