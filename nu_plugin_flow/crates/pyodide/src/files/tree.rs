use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;

use super::{
    area::Areas,
    error::TreeError,
    node::{Body, Content, Device, Entries, Inode, Node, Time},
    path::{components, lossy},
};

/// The inode of the root of every tree.
pub(super) const ROOT: Inode = 1;

/// Files that several trees share and that are delivered by other means than
/// the trees, such as the standard library: a frozen tree stores a reference.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What names the layer, best with a digest of its content.
    pub id: Arc<str>,
    /// The files, by their absolute guest path.
    pub files: Vec<(String, Bytes)>,
}

/// An immutable tree of directories, files, symbolic links and devices in
/// memory, which any number of file systems share as their base.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(super) nodes: BTreeMap<Inode, Node>,
    pub(super) next: Inode,
    pub(super) areas: Areas,
}

impl Tree {
    /// A tree to add to, beginning as a copy of this one. File contents stay
    /// shared.
    pub fn edit(&self) -> TreeBuilder {
        TreeBuilder { tree: self.clone() }
    }

    pub(super) fn node(&self, inode: Inode) -> Option<&Node> {
        self.nodes.get(&inode)
    }
}

/// Makes a [`Tree`]. All paths are absolute; directories on the way are made.
#[derive(Debug, Clone)]
pub struct TreeBuilder {
    tree: Tree,
}

impl Default for TreeBuilder {
    fn default() -> TreeBuilder {
        TreeBuilder::new()
    }
}

impl TreeBuilder {
    /// A tree of a root and nothing else.
    pub fn new() -> TreeBuilder {
        let root = Node::new(Body::Directory(Entries::new()), 0o755, Time::OF_BASE);
        TreeBuilder {
            tree: Tree {
                nodes: BTreeMap::from([(ROOT, root)]),
                next: ROOT + 1,
                areas: Areas::default(),
            },
        }
    }

    /// What every interpreter needs besides its standard library: `/tmp` and
    /// `/home/pyodide` to write in, the folders of `/lib/python3.14`, and the
    /// devices of `/dev`.
    ///
    /// # Errors
    /// None in practice: the paths are fixed and fit together.
    pub fn python() -> Result<TreeBuilder, TreeError> {
        let mut builder = TreeBuilder::new();
        builder
            .private("/tmp")?
            .private("/home/pyodide")?
            .interpreter("/dev")
            .interpreter("/proc")
            .interpreter("/sys")
            .interpreter("/lib/python3.14")
            .interpreter("/lib/python314.zip")
            .directory("/lib/python3.14/site-packages")?
            .directory("/lib/python3.14/lib-dynload")?
            .device("/dev/null", Device::Null)?
            .device("/dev/zero", Device::Zero)?
            .device("/dev/random", Device::Random)?
            .device("/dev/urandom", Device::Random)?
            .device("/dev/stdin", Device::Stdin)?
            .device("/dev/stdout", Device::Stdout)?
            .device("/dev/stderr", Device::Stderr)?;
        Ok(builder)
    }

    /// A directory with mode 0755. One that is there stays as it is.
    pub fn directory(&mut self, path: &str) -> Result<&mut TreeBuilder, TreeError> {
        self.make_directory(path)?;
        Ok(self)
    }

    /// A directory (mode 0777) whose content the guest may change, each
    /// instance for itself.
    pub fn private(&mut self, path: &str) -> Result<&mut TreeBuilder, TreeError> {
        let inode = self.make_directory(path)?;
        if let Some(node) = self.tree.nodes.get_mut(&inode) {
            node.mode = 0o777;
        }
        self.tree.areas.add_private(path.as_bytes());
        Ok(self)
    }

    /// Declares a path, there or not, as the interpreter's own: the guest
    /// cannot change it, and to miss something below it is nothing to report.
    pub fn interpreter(&mut self, path: &str) -> &mut TreeBuilder {
        self.tree.areas.add_interpreter(path.as_bytes());
        self
    }

    /// A file with mode 0644, in the place of one of that path.
    pub fn file(&mut self, path: &str, content: Bytes) -> Result<&mut TreeBuilder, TreeError> {
        self.put(path, Body::File(Content::Shared(content)), 0o644)
    }

    /// A symbolic link, in the place of a file of that path.
    pub fn symlink(&mut self, path: &str, target: &str) -> Result<&mut TreeBuilder, TreeError> {
        self.put(path, Body::Symlink(target.as_bytes().into()), 0o777)
    }

    /// A character device with mode 0666, in the place of a file of that path.
    pub fn device(&mut self, path: &str, device: Device) -> Result<&mut TreeBuilder, TreeError> {
        self.put(path, Body::Device(device), 0o666)
    }

    /// The files of a layer, each in the place of one of that path.
    pub fn layer(&mut self, layer: &Layer) -> Result<&mut TreeBuilder, TreeError> {
        for (path, bytes) in &layer.files {
            let content = Content::Layered {
                layer: layer.id.clone(),
                path: path.as_str().into(),
                bytes: bytes.clone(),
            };
            self.put(path, Body::File(content), 0o644)?;
        }
        Ok(self)
    }

    /// The finished tree.
    pub fn build(&self) -> Arc<Tree> {
        Arc::new(self.tree.clone())
    }

    fn put(&mut self, path: &str, body: Body, mode: u32) -> Result<&mut TreeBuilder, TreeError> {
        let (parent, name) = path
            .trim_end_matches('/')
            .rsplit_once('/')
            .ok_or_else(|| TreeError::invalid(path))?;
        check_name(path, name.as_bytes())?;
        let parent = self.make_directory(if parent.is_empty() { "/" } else { parent })?;
        let node = Node::new(body, mode, Time::OF_BASE);
        match self.entry(parent, name.as_bytes()) {
            Some(inode) => match self.tree.nodes.get_mut(&inode) {
                Some(old) if !old.is_directory() => *old = node,
                _ => {
                    return Err(TreeError::IsDirectory {
                        path: path.to_owned(),
                    });
                }
            },
            None => {
                self.add(parent, name.as_bytes(), node);
            }
        }
        Ok(self)
    }

    fn make_directory(&mut self, path: &str) -> Result<Inode, TreeError> {
        if !path.starts_with('/') {
            return Err(TreeError::invalid(path));
        }
        let mut inode = ROOT;
        for name in components(path.as_bytes()) {
            check_name(path, name)?;
            inode = match self.entry(inode, name) {
                Some(child) => child,
                None => {
                    let node = Node::new(Body::Directory(Entries::new()), 0o755, Time::OF_BASE);
                    self.add(inode, name, node)
                }
            };
            if !self.tree.node(inode).is_some_and(Node::is_directory) {
                return Err(TreeError::NotDirectory {
                    path: path.to_owned(),
                    component: lossy(name),
                });
            }
        }
        Ok(inode)
    }

    fn entry(&self, directory: Inode, name: &[u8]) -> Option<Inode> {
        self.tree.node(directory)?.entries()?.get(name).copied()
    }

    fn add(&mut self, parent: Inode, name: &[u8], node: Node) -> Inode {
        let inode = self.tree.next;
        self.tree.next += 1;
        self.tree.nodes.insert(inode, node);
        if let Some(Node {
            body: Body::Directory(entries),
            ..
        }) = self.tree.nodes.get_mut(&parent)
        {
            entries.insert(name.into(), inode);
        }
        inode
    }
}

fn check_name(path: &str, name: &[u8]) -> Result<(), TreeError> {
    let plain = !name.is_empty() && name != b"." && name != b".." && !name.contains(&0);
    if plain {
        Ok(())
    } else {
        Err(TreeError::invalid(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_on_the_way_are_made_and_files_replaced() {
        let mut builder = TreeBuilder::new();
        builder.file("/a/b/c", Bytes::from_static(b"1")).unwrap();
        builder.file("/a/b/c", Bytes::from_static(b"2")).unwrap();
        assert_eq!(builder.build().nodes.len(), 4);
        let error = builder.file("/a/b", Bytes::new()).unwrap_err();
        assert!(matches!(error, TreeError::IsDirectory { .. }));
        let error = builder.directory("/a/b/c/d").unwrap_err();
        assert!(matches!(error, TreeError::NotDirectory { .. }));
    }

    #[test]
    fn a_path_must_be_absolute_and_without_dots() {
        let mut builder = TreeBuilder::new();
        for path in ["a", "", "/", "/a/../b", "/a/."] {
            let error = builder.file(path, Bytes::new()).unwrap_err();
            assert!(matches!(error, TreeError::InvalidPath { .. }), "{path}");
        }
    }
}
