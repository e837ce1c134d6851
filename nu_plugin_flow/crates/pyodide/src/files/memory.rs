use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;

use super::{
    errno::Errno,
    node::{Body, Content, Entries, Inode, Node, Time, entry_cost},
    tree::Tree,
};

/// A byte limit and how much of it is in use.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) limit: u64,
    pub(super) used: u64,
}

impl Budget {
    /// Takes `bytes`, or `ENOSPC`.
    pub(super) fn charge(&mut self, bytes: u64) -> Result<(), Errno> {
        if bytes > self.limit.saturating_sub(self.used) {
            return Err(Errno::Nospc);
        }
        self.used = self.used.saturating_add(bytes);
        Ok(())
    }

    pub(super) fn release(&mut self, bytes: u64) {
        self.used = self.used.saturating_sub(bytes);
    }
}

/// A node of this instance's own, and what it was charged for.
#[derive(Debug)]
pub(super) struct Private {
    pub(super) node: Node,
    charged: u64,
}

/// The nodes in memory: a shared base under the instance's own changes.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) base: Arc<Tree>,
    private: BTreeMap<Inode, Private>,
    next: Inode,
    pub(super) budget: Budget,
}

impl Memory {
    pub(super) fn new(base: Arc<Tree>, limit: u64) -> Memory {
        Memory {
            private: BTreeMap::new(),
            next: base.next,
            base,
            budget: Budget { limit, used: 0 },
        }
    }

    pub(super) fn next(&self) -> Inode {
        self.next
    }

    /// How many nodes are the instance's own.
    pub(super) fn private_nodes(&self) -> u64 {
        self.private.len() as u64
    }

    /// The node of a number that was handed out before. `ENOENT` where it is
    /// gone.
    pub(super) fn node(&self, inode: Inode) -> Result<&Node, Errno> {
        match self.private.get(&inode) {
            Some(private) => Ok(&private.node),
            None => self.base.node(inode).ok_or(Errno::Noent),
        }
    }

    pub(super) fn entries(&self, inode: Inode) -> Result<&Entries, Errno> {
        self.node(inode)?.entries().ok_or(Errno::Notdir)
    }

    /// The node for writing, copied from the base where it is still shared.
    /// The copy may exceed the limit: else what is full could not be emptied.
    /// That is bounded, because every node of the base is copied but once.
    fn private(&mut self, inode: Inode) -> Result<(&mut Private, &mut Budget), Errno> {
        if !self.private.contains_key(&inode) {
            let node = self.base.node(inode).ok_or(Errno::Noent)?.clone();
            let charged = node.cost();
            self.budget.used = self.budget.used.saturating_add(charged);
            self.private.insert(inode, Private { node, charged });
        }
        let private = self.private.get_mut(&inode).ok_or(Errno::Noent)?;
        Ok((private, &mut self.budget))
    }

    /// The attributes of a node, for writing. Content is changed by the other
    /// methods, which keep the account.
    pub(super) fn change(&mut self, inode: Inode) -> Result<&mut Node, Errno> {
        Ok(&mut self.private(inode)?.0.node)
    }

    /// Makes a node under a name that the directory has not yet.
    pub(super) fn create(
        &mut self,
        directory: Inode,
        name: &[u8],
        body: Body,
        mode: u32,
    ) -> Result<Inode, Errno> {
        let now = Time::now();
        let node = Node::new(body, mode, now);
        let charged = node.cost();
        self.budget
            .charge(charged.saturating_add(entry_cost(name)))?;
        self.budget.release(entry_cost(name));
        let inode = self.next;
        if let Err(errno) = self.link(directory, name, inode) {
            self.budget.release(charged);
            return Err(errno);
        }
        self.next += 1;
        self.private.insert(inode, Private { node, charged });
        Ok(inode)
    }

    /// Puts a name into a directory, or has it mean another node.
    pub(super) fn link(
        &mut self,
        directory: Inode,
        name: &[u8],
        inode: Inode,
    ) -> Result<(), Errno> {
        let (private, budget) = self.private(directory)?;
        let Body::Directory(entries) = &mut private.node.body else {
            return Err(Errno::Notdir);
        };
        if !entries.contains_key(name) {
            let cost = entry_cost(name);
            budget.charge(cost)?;
            private.charged = private.charged.saturating_add(cost);
        }
        entries.insert(name.into(), inode);
        private.node.touch();
        Ok(())
    }

    /// Takes a name out of a directory.
    pub(super) fn unlink(&mut self, directory: Inode, name: &[u8]) -> Result<(), Errno> {
        let (private, budget) = self.private(directory)?;
        let Body::Directory(entries) = &mut private.node.body else {
            return Err(Errno::Notdir);
        };
        if entries.remove(name).is_some() {
            let cost = entry_cost(name);
            budget.release(cost);
            private.charged = private.charged.saturating_sub(cost);
            private.node.touch();
        }
        Ok(())
    }

    /// Drops a node that has no name and no descriptor any more.
    pub(super) fn forget(&mut self, inode: Inode) {
        if let Some(private) = self.private.remove(&inode) {
            self.budget.release(private.charged);
        }
    }

    /// The bytes of a file. `EISDIR`, `EINVAL` for what is none.
    pub(super) fn content(&self, inode: Inode) -> Result<&[u8], Errno> {
        match &self.node(inode)?.body {
            Body::File(content) => Ok(content.bytes()),
            Body::Directory(_) => Err(Errno::Isdir),
            _ => Err(Errno::Inval),
        }
    }

    /// Writes the bytes at an offset and fills a gap before it with zeros.
    pub(super) fn write(&mut self, inode: Inode, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::Fbig)?;
        let start = usize::try_from(offset).map_err(|_| Errno::Fbig)?;
        let (private, budget) = self.private(inode)?;
        let length = end.max(private.length()?);
        let content = private.own(length, budget)?;
        let target = content
            .get_mut(start..)
            .and_then(|rest| rest.get_mut(..bytes.len()))
            .ok_or(Errno::Io)?;
        target.copy_from_slice(bytes);
        private.node.touch();
        Ok(())
    }

    /// Cuts a file off, or fills it up with zeros.
    pub(super) fn resize(&mut self, inode: Inode, length: u64) -> Result<(), Errno> {
        let (private, budget) = self.private(inode)?;
        if length >= private.length()? {
            private.own(length, budget)?;
        } else {
            let length = usize::try_from(length).map_err(|_| Errno::Fbig)?;
            private.cut(length, budget)?;
        }
        private.node.touch();
        Ok(())
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

#[cfg(test)]
impl Memory {
    /// What is in use by what is there, each node checked against its account.
    pub(super) fn recounted(&self) -> u64 {
        let costs = self.private.values().map(|private| {
            assert_eq!(private.charged, private.node.cost(), "{private:?}");
            private.charged
        });
        costs.sum()
    }
}

impl Private {
    fn length(&self) -> Result<u64, Errno> {
        match &self.node.body {
            Body::File(content) => Ok(content.bytes().len() as u64),
            _ => Err(Errno::Inval),
        }
    }

    /// The content as the instance's own, of `length` bytes, which are at least
    /// as many as before.
    fn own(&mut self, length: u64, budget: &mut Budget) -> Result<&mut Vec<u8>, Errno> {
        let Body::File(content) = &mut self.node.body else {
            return Err(Errno::Inval);
        };
        let before = match content {
            Content::Owned(bytes) => bytes.len() as u64,
            _ => 0,
        };
        let more = length.saturating_sub(before);
        let length = usize::try_from(length).map_err(|_| Errno::Nospc)?;
        budget.charge(more)?;
        if let Err(errno) = grow(content, length) {
            budget.release(more);
            return Err(errno);
        }
        self.charged = self.charged.saturating_add(more);
        match content {
            Content::Owned(bytes) => Ok(bytes),
            _ => Err(Errno::Io),
        }
    }

    fn cut(&mut self, length: usize, budget: &mut Budget) -> Result<(), Errno> {
        let Body::File(content) = &mut self.node.body else {
            return Err(Errno::Inval);
        };
        match content {
            Content::Owned(bytes) => {
                let less = bytes.len().saturating_sub(length) as u64;
                bytes.truncate(length);
                if length < bytes.capacity() / 2 {
                    bytes.shrink_to_fit();
                }
                budget.release(less);
                self.charged = self.charged.saturating_sub(less);
            }
            Content::Shared(bytes) => bytes.truncate(length),
            Content::Layered { bytes, .. } => {
                let start = bytes.slice(..length.min(bytes.len()));
                *content = Content::Shared(start);
            }
        }
        Ok(())
    }
}

/// Makes the content owned and of `length` bytes. Grows by a quarter, so that
/// appending is cheap and at most a quarter of the limit is slack.
fn grow(content: &mut Content, length: usize) -> Result<(), Errno> {
    let mut bytes = match content {
        Content::Owned(bytes) => std::mem::take(bytes),
        Content::Shared(shared) | Content::Layered { bytes: shared, .. } => {
            let mut bytes = Vec::new();
            bytes.try_reserve_exact(length).map_err(|_| Errno::Nospc)?;
            bytes.extend_from_slice(shared);
            bytes
        }
    };
    let missing = length.saturating_sub(bytes.capacity());
    let reserved = if missing > 0 {
        let more = (length - bytes.len()).max(bytes.len() / 4);
        bytes.try_reserve_exact(more)
    } else {
        Ok(())
    };
    if reserved.is_ok() {
        bytes.resize(length, 0);
    }
    *content = Content::Owned(bytes);
    reserved.map_err(|_| Errno::Nospc)
}

#[cfg(test)]
mod tests {
    use super::super::tree::{ROOT, TreeBuilder};
    use super::*;

    fn memory(limit: u64) -> Memory {
        let mut builder = TreeBuilder::new();
        builder.file("/f", Bytes::from_static(b"abcdef")).unwrap();
        Memory::new(builder.build(), limit)
    }

    fn entry(memory: &Memory, name: &[u8]) -> Inode {
        memory.entries(ROOT).unwrap()[name]
    }

    #[test]
    fn a_file_of_the_base_is_copied_when_written() {
        let mut memory = memory(10_000);
        let base = memory.base.clone();
        let file = entry(&memory, b"f");
        memory.write(file, 8, b"xy").unwrap();
        assert_eq!(memory.content(file).unwrap(), b"abcdef\0\0xy");
        memory.resize(file, 3).unwrap();
        assert_eq!(memory.content(file).unwrap(), b"abc");
        let Body::File(content) = &base.node(file).unwrap().body else {
            panic!("no file");
        };
        assert_eq!(content.bytes(), b"abcdef");
    }

    #[test]
    fn all_that_was_charged_is_released() {
        let mut memory = memory(10_000);
        memory.change(ROOT).unwrap();
        let used = memory.budget.used;
        let body = Body::File(Content::Owned(Vec::new()));
        let file = memory.create(ROOT, b"new", body, 0o644).unwrap();
        memory.write(file, 100, b"1").unwrap();
        memory.resize(file, 50).unwrap();
        memory.resize(file, 500).unwrap();
        assert!(memory.budget.used > used + 500);
        memory.unlink(ROOT, b"new").unwrap();
        memory.forget(file);
        assert_eq!(memory.budget.used, used);
    }

    #[test]
    fn what_exceeds_the_limit_changes_nothing() {
        let mut memory = memory(2_000);
        let file = entry(&memory, b"f");
        assert_eq!(memory.write(file, 1 << 40, b"x"), Err(Errno::Nospc));
        assert_eq!(memory.resize(file, u64::MAX), Err(Errno::Nospc));
        assert_eq!(memory.write(file, u64::MAX, b"x"), Err(Errno::Fbig));
        assert_eq!(memory.content(file).unwrap(), b"abcdef");
        let body = Body::Symlink(vec![b'x'; 3_000].into());
        let used = memory.budget.used;
        assert_eq!(memory.create(ROOT, b"l", body, 0), Err(Errno::Nospc));
        assert_eq!(memory.budget.used, used);
    }
}
