use super::{
    area::{Area, is_within},
    errno::Errno,
    host,
    memory::Memory,
    mount::Mounts,
    node::Body,
    path::{NAME_LIMIT, PATH_LIMIT, components},
    refusal::Reason,
    resolution::{Failure, Follow, Last, Layers, Resolved},
    tree::ROOT,
};

/// How many symbolic links one path may lead through.
const LINK_LIMIT: u32 = 40;

/// A walk along a path.
struct Walk<'a> {
    memory: &'a Memory,
    mounts: &'a Mounts,
    /// The canonical path so far.
    path: Vec<u8>,
    /// The length of `path` at each directory from the root, and what is there.
    stack: Vec<(usize, Layers)>,
    /// What is still to go, from `at`.
    rest: Vec<u8>,
    at: usize,
    links: u32,
}

/// Follows a path from the canonical directory `start`, or from the root where
/// it is absolute. The last name may be missing, no other.
pub(super) fn resolve(
    memory: &Memory,
    mounts: &Mounts,
    start: &[u8],
    path: &[u8],
    follow: Follow,
) -> Result<Resolved, Failure> {
    check(path).map_err(|errno| Failure {
        errno,
        path: path.to_vec(),
        reason: None,
    })?;
    let mut rest = Vec::with_capacity(start.len() + path.len() + 1);
    if !path.starts_with(b"/") {
        rest.extend_from_slice(start);
        rest.push(b'/');
    }
    rest.extend_from_slice(path);
    let root = Layers {
        skeleton: mounts.root(),
        memory: Some(ROOT),
        mount: mounts.root().and_then(|root| mounts.at(root)),
    };
    let walk = Walk {
        memory,
        mounts,
        path: Vec::with_capacity(rest.len()),
        stack: vec![(0, root)],
        rest,
        at: 0,
        links: 0,
    };
    walk.run(follow)
}

fn check(path: &[u8]) -> Result<(), Errno> {
    if path.is_empty() {
        Err(Errno::Noent)
    } else if path.contains(&0) {
        Err(Errno::Inval)
    } else if path.len() >= PATH_LIMIT {
        Err(Errno::Nametoolong)
    } else {
        Ok(())
    }
}

impl Walk<'_> {
    fn run(mut self, follow: Follow) -> Result<Resolved, Failure> {
        let mut last = Last::Parent;
        while let Some(name) = self.next() {
            match name.as_slice() {
                b"." => {
                    self.directory()?;
                    last = Last::Dot;
                }
                b".." => {
                    self.up()?;
                    last = Last::Parent;
                }
                name => {
                    last = Last::Name;
                    if let Some(resolved) = self.down(name, follow)? {
                        return Ok(resolved);
                    }
                }
            }
        }
        if last == Last::Dot
            && let Some(number) = self.top().host()
        {
            // Whether it is a directory only the host can tell.
            self.straighten(number)?;
        }
        if self.ends_with_slash() && follow != Follow::Never {
            self.directory()?;
        }
        Ok(self.finish(last))
    }

    /// The next name on the way.
    fn next(&mut self) -> Option<Vec<u8>> {
        let rest = self.rest.get(self.at..)?;
        let start = rest.iter().position(|byte| *byte != b'/')?;
        let rest = rest.get(start..)?;
        let length = rest
            .iter()
            .position(|byte| *byte == b'/')
            .unwrap_or(rest.len());
        self.at += start + length;
        rest.get(..length).map(<[u8]>::to_vec)
    }

    /// Whether names are still to come.
    fn is_last(&self) -> bool {
        self.remaining().iter().all(|byte| *byte == b'/')
    }

    fn ends_with_slash(&self) -> bool {
        self.rest.ends_with(b"/") && self.rest.len() > 1
    }

    fn remaining(&self) -> &[u8] {
        self.rest.get(self.at..).unwrap_or_default()
    }

    fn top(&self) -> Layers {
        self.stack
            .last()
            .map(|(_, layers)| *layers)
            .unwrap_or_default()
    }

    fn finish(self, last: Last) -> Resolved {
        let parent = self
            .stack
            .len()
            .checked_sub(2)
            .and_then(|index| self.stack.get(index))
            .map_or_else(|| self.top(), |(_, layers)| *layers);
        // A link may have led to the root.
        let last = if self.path.is_empty() {
            Last::Parent
        } else {
            last
        };
        Resolved {
            layers: self.top(),
            parent,
            slash: last == Last::Name && self.ends_with_slash(),
            last,
            path: self.path,
        }
    }

    fn fail(&self, errno: Errno) -> Failure {
        let mut path = self.path.clone();
        for name in components(self.remaining()) {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        Failure {
            errno,
            path,
            reason: None,
        }
    }

    /// `ENOTDIR` where the walk stands on a file in memory.
    fn directory(&self) -> Result<(), Failure> {
        let layers = self.top();
        let Some(inode) = layers.memory.filter(|_| layers.skeleton.is_none()) else {
            return Ok(());
        };
        match self.memory.node(inode) {
            Ok(node) if node.is_directory() => Ok(()),
            Ok(_) => Err(self.fail(Errno::Notdir)),
            Err(errno) => Err(self.fail(errno)),
        }
    }

    /// To a name below. Where that is the last one and missing, the walk ends.
    fn down(&mut self, name: &[u8], follow: Follow) -> Result<Option<Resolved>, Failure> {
        self.directory()?;
        if name.len() > NAME_LIMIT || self.path.len() + name.len() >= PATH_LIMIT {
            return Err(self.fail(Errno::Nametoolong));
        }
        let above = self.top();
        let length = self.path.len();
        self.path.push(b'/');
        self.path.extend_from_slice(name);
        let layers = self.child(above, name);
        if layers == Layers::default() {
            if !self.is_last() {
                return Err(Failure {
                    reason: Some(Reason::NotGranted),
                    ..self.fail(Errno::Noent)
                });
            }
            self.stack.push((length, layers));
            let slash = self.ends_with_slash();
            return Ok(Some(Resolved {
                path: std::mem::take(&mut self.path),
                layers,
                parent: above,
                last: Last::Name,
                slash,
            }));
        }
        let through = match follow {
            _ if !self.is_last() => true,
            Follow::Always => true,
            Follow::BeforeSlash => self.ends_with_slash(),
            Follow::Never => false,
        };
        if through && self.follow(layers, length)? {
            return Ok(None);
        }
        self.stack.push((self.path.len(), layers));
        Ok(None)
    }

    /// What is below a directory under a name; `path` ends with it already.
    fn child(&self, above: Layers, name: &[u8]) -> Layers {
        let skeleton = above
            .skeleton
            .and_then(|branch| self.mounts.child(branch, name));
        if let Some(branch) = skeleton
            && let Some(mount) = self.mounts.at(branch)
        {
            return Layers {
                skeleton,
                memory: None,
                mount: Some(mount),
            };
        }
        let memory = above
            .memory
            .and_then(|inode| self.memory.entries(inode).ok()?.get(name).copied());
        let Some(inode) = memory else {
            return Layers {
                skeleton,
                memory: None,
                mount: above.mount,
            };
        };
        let directory = self.memory.entries(inode).is_ok();
        // In the private areas and in the interpreter's own, memory does not
        // mix with what is mounted at the root.
        let mixes = above.mount.is_some()
            && directory
            && self.memory.base.areas.of(&self.path) == Area::Open;
        Layers {
            skeleton,
            memory: (directory || skeleton.is_none()).then_some(inode),
            mount: above
                .mount
                .filter(|_| mixes || (skeleton.is_some() && !directory)),
        }
    }

    /// Takes the way of a link in memory, if one is there. `length` is that of
    /// the path before its name.
    fn follow(&mut self, layers: Layers, length: usize) -> Result<bool, Failure> {
        let Some(inode) = layers.memory else {
            return Ok(false);
        };
        let target = match self.memory.node(inode) {
            Ok(node) => match &node.body {
                Body::Symlink(target) => target,
                _ => return Ok(false),
            },
            Err(errno) => return Err(self.fail(errno)),
        };
        self.links += 1;
        if self.links > LINK_LIMIT {
            return Err(self.fail(Errno::Loop));
        }
        let remaining = self.remaining();
        // Bounded: a guest cannot store a longer target, and loops end above.
        let mut rest = Vec::with_capacity(target.len() + remaining.len());
        rest.extend_from_slice(target);
        rest.extend_from_slice(remaining);
        if target.starts_with(b"/") {
            self.stack.truncate(1);
            self.path.clear();
        } else {
            self.path.truncate(length);
        }
        self.rest = rest;
        self.at = 0;
        Ok(true)
    }

    /// To the directory above.
    fn up(&mut self) -> Result<(), Failure> {
        self.directory()?;
        let layers = self.top();
        if let Some(number) = layers.host() {
            self.straighten(number)?;
        }
        if self.stack.len() > 1 {
            self.stack.pop();
        }
        let length = self.stack.last().map_or(0, |(length, _)| *length);
        self.path.truncate(length);
        Ok(())
    }

    /// Replaces the path inside a mount by one without symbolic links, so that
    /// the directory above is that of the link's target, as in POSIX.
    fn straighten(&mut self, number: u32) -> Result<(), Failure> {
        let Some(mount) = self.mounts.get(number) else {
            return Err(self.fail(Errno::Noent));
        };
        let relative = mount.relative(&self.path);
        let straight = match host::canonicalize_directory(&mount.directory, relative) {
            Ok(path) => path,
            Err(error) => {
                let mut failure = self.fail((&error).into());
                if host::is_escape(&error) {
                    failure.errno = Errno::Perm;
                    failure.reason = Some(Reason::Outside);
                }
                return Err(failure);
            }
        };
        if straight == relative {
            return Ok(());
        }
        while self.stack.len() > 1 && !is_within(&mount.path, &self.path) {
            self.stack.pop();
            let length = self.stack.last().map_or(0, |(length, _)| *length);
            self.path.truncate(length);
        }
        for name in components(&straight) {
            self.path.push(b'/');
            self.path.extend_from_slice(name);
            let layers = self.child(self.top(), name);
            self.stack.push((self.path.len(), layers));
        }
        Ok(())
    }
}
