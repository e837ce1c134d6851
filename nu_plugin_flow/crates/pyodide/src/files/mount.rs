use std::{collections::BTreeMap, sync::Arc};

use cap_std::fs::Dir;

use super::{
    area::is_within,
    error::MountError,
    path::{NAME_LIMIT, PATH_LIMIT, components, lossy},
};

/// How many mounts an instance may have: a folder of every wheel, and some.
const MOUNT_LIMIT: usize = 4096;

/// What the guest may do in a mounted directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Look and read.
    ReadOnly,
    /// Also create, write, rename and remove.
    ReadWrite,
}

/// A directory of the host that the guest sees at a path.
#[derive(Debug, Clone)]
pub struct Mount {
    /// The absolute guest path, in bytes.
    pub path: Vec<u8>,
    /// The opened directory. What leads out of it is refused.
    pub directory: Arc<Dir>,
    /// What the guest may do there.
    pub access: Access,
}

/// The mounts of an instance, checked. Instances with the same grants share
/// one behind an `Arc`.
#[derive(Debug, Default)]
pub struct Mounts {
    mounts: Vec<Mount>,
    /// The directories that lead to the mounts, the root first; empty where
    /// nothing is mounted.
    skeleton: Vec<Branch>,
}

/// A directory on the way to a mount, or the mount itself.
#[derive(Debug, Default)]
struct Branch {
    children: BTreeMap<Box<[u8]>, u32>,
    mount: Option<u32>,
}

impl Mounts {
    /// Checks mounts. A path of another is allowed, the root too: there, what
    /// is in memory comes before what is in the directory.
    ///
    /// # Errors
    /// A path that is not absolute or has `..`, one that is mounted twice, or
    /// more than 4096 mounts.
    pub fn new(mounts: Vec<Mount>) -> Result<Mounts, MountError> {
        if mounts.len() > MOUNT_LIMIT {
            return Err(MountError::TooMany {
                count: mounts.len(),
                limit: MOUNT_LIMIT,
            });
        }
        let mut made = Mounts::default();
        for mut mount in mounts {
            mount.path = canonical(&mount.path)?;
            made.add(mount)?;
        }
        Ok(made)
    }

    fn add(&mut self, mount: Mount) -> Result<(), MountError> {
        if self.skeleton.is_empty() {
            self.skeleton.push(Branch::default());
        }
        let mut branch = 0;
        for name in components(&mount.path) {
            branch = match self.child(branch, name) {
                Some(child) => child,
                None => self.grow(branch, name),
            };
        }
        let number = number(self.mounts.len());
        if let Some(branch) = self.skeleton.get_mut(branch as usize)
            && branch.mount.replace(number).is_some()
        {
            return Err(MountError::Twice {
                path: lossy(&mount.path),
            });
        }
        self.mounts.push(mount);
        Ok(())
    }

    fn grow(&mut self, branch: u32, name: &[u8]) -> u32 {
        let child = number(self.skeleton.len());
        self.skeleton.push(Branch::default());
        if let Some(branch) = self.skeleton.get_mut(branch as usize) {
            branch.children.insert(name.into(), child);
        }
        child
    }

    /// The skeleton at the root, where anything is mounted.
    pub(super) fn root(&self) -> Option<u32> {
        (!self.skeleton.is_empty()).then_some(0)
    }

    pub(super) fn child(&self, branch: u32, name: &[u8]) -> Option<u32> {
        self.skeleton
            .get(branch as usize)?
            .children
            .get(name)
            .copied()
    }

    pub(super) fn children(&self, branch: u32) -> impl Iterator<Item = (&[u8], u32)> {
        self.skeleton
            .get(branch as usize)
            .into_iter()
            .flat_map(|branch| &branch.children)
            .map(|(name, child)| (name.as_ref(), *child))
    }

    /// What is mounted at a branch of the skeleton.
    pub(super) fn at(&self, branch: u32) -> Option<u32> {
        self.skeleton.get(branch as usize)?.mount
    }

    pub(super) fn get(&self, number: u32) -> Option<&Mount> {
        self.mounts.get(number as usize)
    }
}

impl Mount {
    /// The part of a canonical guest path that is below this mount, without
    /// slashes around it; empty for the mount itself.
    pub(super) fn relative<'a>(&self, path: &'a [u8]) -> &'a [u8] {
        debug_assert!(is_within(path, &self.path));
        let rest = path.get(self.path.len()..).unwrap_or_default();
        rest.strip_prefix(b"/").unwrap_or(rest)
    }

    pub(super) fn is_writable(&self) -> bool {
        self.access == Access::ReadWrite
    }
}

/// The path without doubled slashes, `.` and a slash at the end; the root is
/// empty.
fn canonical(path: &[u8]) -> Result<Vec<u8>, MountError> {
    let fits = path.starts_with(b"/")
        && path.len() < PATH_LIMIT
        && !path.contains(&0)
        && components(path).all(|name| name != b".." && name.len() <= NAME_LIMIT);
    if !fits {
        return Err(MountError::InvalidPath { path: lossy(path) });
    }
    let mut plain = Vec::with_capacity(path.len());
    for name in components(path).filter(|name| *name != b".") {
        plain.push(b'/');
        plain.extend_from_slice(name);
    }
    Ok(plain)
}

/// Both vectors stay far below 2³²: [`MOUNT_LIMIT`] paths of [`PATH_LIMIT`].
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use cap_std::ambient_authority;

    use super::*;

    fn mount(path: &str) -> Mount {
        Mount {
            path: path.into(),
            directory: Arc::new(Dir::open_ambient_dir(".", ambient_authority()).unwrap()),
            access: Access::ReadOnly,
        }
    }

    #[test]
    fn paths_are_made_canonical_and_found_by_their_names() {
        let mounts = Mounts::new(vec![mount("//srv/./x/"), mount("/"), mount("/srv")]).unwrap();
        let srv = mounts.child(0, b"srv").unwrap();
        let x = mounts.child(srv, b"x").unwrap();
        assert_eq!(mounts.at(x), Some(0));
        assert_eq!(mounts.at(0), Some(1));
        assert_eq!(mounts.at(srv), Some(2));
        let first = mounts.get(0).unwrap();
        assert_eq!(first.path, b"/srv/x");
        assert_eq!(first.relative(b"/srv/x/a/b"), b"a/b");
        assert_eq!(first.relative(b"/srv/x"), b"");
    }

    #[test]
    fn a_path_is_mounted_once_and_absolute() {
        let error = Mounts::new(vec![mount("/a"), mount("/a/")]).unwrap_err();
        assert!(matches!(error, MountError::Twice { .. }));
        for path in ["a", "", "/a/../b", "/a\0"] {
            let error = Mounts::new(vec![mount(path)]).unwrap_err();
            assert!(matches!(error, MountError::InvalidPath { .. }));
        }
    }
}
