use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    area::Areas,
    error::ImageError,
    node::{Body, Content, Device, Entries, Inode, Node, Time},
    tree::{Layer, ROOT, Tree},
};

/// What a stored tree begins with; the last byte is the version.
const MAGIC: &[u8; 8] = b"pyfiles\x01";

/// The magic and the length of the structure.
const HEADER: usize = 16;

/// A tree without the contents of its files.
#[derive(Debug, Serialize, Deserialize)]
struct Structure {
    next: Inode,
    areas: Areas,
    nodes: Vec<StoredNode>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredNode {
    inode: Inode,
    mode: u32,
    accessed: Time,
    modified: Time,
    changed: Time,
    body: StoredBody,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredBody {
    Directory(Vec<(StoredName, Inode)>),
    /// Where it is in the blob, in bytes.
    File {
        start: u64,
        length: u64,
    },
    Layer {
        layer: Arc<str>,
        path: Arc<str>,
        length: u64,
    },
    Symlink(StoredName),
    Device(Device),
}

/// A name as text where it is some, which is nearly always.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum StoredName {
    Text(String),
    Bytes(Vec<u8>),
}

impl StoredName {
    fn of(name: &[u8]) -> StoredName {
        match std::str::from_utf8(name) {
            Ok(text) => StoredName::Text(text.to_owned()),
            Err(_) => StoredName::Bytes(name.to_vec()),
        }
    }

    fn into_bytes(self) -> Box<[u8]> {
        match self {
            StoredName::Text(text) => text.into_bytes().into(),
            StoredName::Bytes(bytes) => bytes.into(),
        }
    }
}

impl Tree {
    /// The tree as bytes: a header, its structure as JSON, and the contents of
    /// its files. Of a file of a layer only a reference is stored.
    ///
    /// # Errors
    /// None in practice: there is no structure that JSON lacks.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ImageError> {
        let mut blob = Vec::new();
        let nodes = self
            .nodes
            .iter()
            .map(|(inode, node)| store(*inode, node, &mut blob))
            .collect();
        let structure = Structure {
            next: self.next,
            areas: self.areas.clone(),
            nodes,
        };
        let structure = serde_json::to_vec(&structure).map_err(ImageError::Structure)?;
        let mut bytes = Vec::with_capacity(HEADER + structure.len() + blob.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(structure.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&structure);
        bytes.extend_from_slice(&blob);
        Ok(bytes)
    }

    /// A tree of the bytes that [`Tree::to_bytes`] made; `layers` are those it
    /// was made of. The contents stay in `bytes`, which is shared.
    ///
    /// # Errors
    /// Bytes that are not a stored tree; a layer that is missing or changed.
    pub fn from_bytes(bytes: &Bytes, layers: &[Layer]) -> Result<Tree, ImageError> {
        let (structure, blob) = split(bytes)?;
        let structure: Structure =
            serde_json::from_slice(&structure).map_err(ImageError::Structure)?;
        let mut nodes = BTreeMap::new();
        for stored in structure.nodes {
            let inode = stored.inode;
            let node = restore(stored, &blob, layers)?;
            if nodes.insert(inode, node).is_some() {
                return Err(invalid("an inode occurs twice"));
            }
        }
        let tree = Tree {
            nodes,
            next: structure.next,
            areas: structure.areas,
        };
        check(&tree)?;
        Ok(tree)
    }
}

fn invalid(reason: &str) -> ImageError {
    ImageError::Invalid {
        reason: reason.to_owned(),
    }
}

fn split(bytes: &Bytes) -> Result<(Bytes, Bytes), ImageError> {
    if bytes.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
        return Err(invalid("it begins otherwise, or is of another version"));
    }
    let length = bytes
        .get(MAGIC.len()..HEADER)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u64::from_le_bytes)
        .and_then(|length| usize::try_from(length).ok())
        .and_then(|length| HEADER.checked_add(length))
        .filter(|end| *end <= bytes.len())
        .ok_or_else(|| invalid("it is cut off"))?;
    Ok((bytes.slice(HEADER..length), bytes.slice(length..)))
}

fn store(inode: Inode, node: &Node, blob: &mut Vec<u8>) -> StoredNode {
    let body = match &node.body {
        Body::Directory(entries) => StoredBody::Directory(
            entries
                .iter()
                .map(|(name, inode)| (StoredName::of(name), *inode))
                .collect(),
        ),
        Body::File(Content::Layered { layer, path, bytes }) => StoredBody::Layer {
            layer: layer.clone(),
            path: path.clone(),
            length: bytes.len() as u64,
        },
        Body::File(content) => {
            let start = blob.len() as u64;
            blob.extend_from_slice(content.bytes());
            StoredBody::File {
                start,
                length: content.bytes().len() as u64,
            }
        }
        Body::Symlink(target) => StoredBody::Symlink(StoredName::of(target)),
        Body::Device(device) => StoredBody::Device(*device),
    };
    StoredNode {
        inode,
        mode: node.mode,
        accessed: node.accessed,
        modified: node.modified,
        changed: node.changed,
        body,
    }
}

fn restore(stored: StoredNode, blob: &Bytes, layers: &[Layer]) -> Result<Node, ImageError> {
    let body = match stored.body {
        StoredBody::Directory(entries) => Body::Directory(
            entries
                .into_iter()
                .map(|(name, inode)| (name.into_bytes(), inode))
                .collect::<Entries>(),
        ),
        StoredBody::File { start, length } => {
            let range = start
                .checked_add(length)
                .and_then(|end| Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?))
                .filter(|range| range.end <= blob.len())
                .ok_or_else(|| invalid("the content of a file is missing"))?;
            Body::File(Content::Shared(blob.slice(range)))
        }
        StoredBody::Layer {
            layer,
            path,
            length,
        } => {
            let bytes = layers
                .iter()
                .filter(|given| given.id == layer)
                .flat_map(|given| &given.files)
                .find(|(name, bytes)| **name == *path && bytes.len() as u64 == length)
                .map(|(_, bytes)| bytes.clone())
                .ok_or_else(|| ImageError::LayerMissing {
                    layer: layer.to_string(),
                    path: path.to_string(),
                    length,
                })?;
            Body::File(Content::Layered { layer, path, bytes })
        }
        StoredBody::Symlink(target) => Body::Symlink(target.into_bytes()),
        StoredBody::Device(device) => Body::Device(device),
    };
    Ok(Node {
        accessed: stored.accessed,
        changed: stored.changed,
        ..Node::new(body, stored.mode, stored.modified)
    })
}

/// Whether the nodes are a tree: a root, and every other one in exactly one
/// directory.
fn check(tree: &Tree) -> Result<(), ImageError> {
    if !tree.node(ROOT).is_some_and(Node::is_directory) {
        return Err(invalid("it has no root"));
    }
    let mut seen = 0;
    let mut waiting = vec![ROOT];
    while let Some(inode) = waiting.pop() {
        seen += 1;
        if seen > tree.nodes.len() {
            return Err(invalid("a node is in two directories"));
        }
        let node = tree
            .node(inode)
            .filter(|_| inode < tree.next)
            .ok_or_else(|| invalid("a node is missing"))?;
        for (name, child) in node.entries().into_iter().flatten() {
            let plain = !name.is_empty()
                && name.as_ref() != b"."
                && name.as_ref() != b".."
                && !name.contains(&b'/')
                && !name.contains(&0);
            if !plain {
                return Err(invalid("a name is none"));
            }
            waiting.push(*child);
        }
    }
    if seen == tree.nodes.len() {
        Ok(())
    } else {
        Err(invalid("a node is in no directory"))
    }
}
