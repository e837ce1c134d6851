//! A copy of its own of somebody's sources: the original is read and never changed, and the copy
//! has nothing in it that leads back.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::origin::Origin;

use super::{generated, sources};

/// Bytes that are copied between two looks at the clock.
const BLOCK: usize = 1 << 20;

/// One copying.
pub(super) struct Copy<'a> {
    from: &'a Origin,
    /// Where flow keeps its workspaces, which is never copied into one of them.
    store: Option<Metadata>,
    call: &'a Call<'a>,
}

impl<'a> Copy<'a> {
    pub(super) fn new(from: &'a Origin, store: &Path, call: &'a Call<'a>) -> Copy<'a> {
        Copy {
            from,
            store: fs::metadata(store).ok(),
            call,
        }
    }

    /// Copies all into `to`, with permissions and symlinks; returns the digests by path.
    ///
    /// Left out are what tools made (see [`made`]), flow's own workspaces, what is no file, such as
    /// sockets, and whatever would make a repository of the copy work on the original. A `.git`
    /// folder comes along and has no digests: it changes by itself.
    pub(super) fn tree(&self, to: &Path) -> Result<BTreeMap<String, String>, WorkspaceError> {
        let mut digests = BTreeMap::new();
        if let Some(repository) = self.from.repository() {
            self.folder(&repository, &to.join(".git"), &mut BTreeMap::new())?;
        }
        self.folder(self.from.path(), to, &mut digests)?;
        Ok(digests)
    }

    fn folder(
        &self,
        from: &Path,
        to: &Path,
        digests: &mut BTreeMap<String, String>,
    ) -> Result<(), WorkspaceError> {
        fs::create_dir_all(to).map_err(WorkspaceError::storage("create", to))?;
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let path = from.join(&folder);
            let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            for entry in entries.map_err(WorkspaceError::storage("list", &path))? {
                self.call.check_time()?;
                let relative = folder.join(entry.file_name());
                let (source, target) = (entry.path(), to.join(&relative));
                let kind = entry.file_type();
                let kind = kind.map_err(WorkspaceError::storage("read", &source))?;
                let failed = |error| WorkspaceError::storage("copy", &source)(error);
                let digest = if kind.is_dir() {
                    if !self.is_left_out(&source) {
                        fs::create_dir(&target).map_err(failed)?;
                        folders.push(relative);
                    }
                    continue;
                } else if leads_back(&source, from, kind.is_symlink()) {
                    continue;
                } else if kind.is_symlink() {
                    let leads = fs::read_link(&source).map_err(failed)?;
                    link(&leads, &target).map_err(failed)?;
                    sources::link_digest(&leads)
                } else if kind.is_file() {
                    self.file(&source, &target)?
                } else {
                    continue;
                };
                if !relative.starts_with(".git") {
                    digests.insert(sources::slashed(&relative), digest);
                }
            }
        }
        Ok(())
    }

    fn is_left_out(&self, path: &Path) -> bool {
        generated::is_made_folder(path)
            || self.is_store(path)
            // `git worktree remove` in the copy would remove the user's own.
            || path.ends_with(".git/worktrees")
    }

    fn is_store(&self, path: &Path) -> bool {
        matches!((&self.store, fs::metadata(path)), (Some(store), Ok(here)) if is_same(store, &here))
    }

    /// Copies one file; returns its digest.
    fn file(&self, from: &Path, to: &Path) -> Result<String, WorkspaceError> {
        let failed = |error| WorkspaceError::storage("copy", from)(error);
        let mut source = File::open(from).map_err(failed)?;
        let mut target = File::create_new(to).map_err(failed)?;
        let mut sum = Sha256::new();
        let mut block = vec![0; BLOCK];
        loop {
            let length = source.read(&mut block).map_err(failed)?;
            let bytes = block.get(..length).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            sum.update(bytes);
            target.write_all(bytes).map_err(failed)?;
            self.call.check_time()?;
        }
        writable(&source, &target).map_err(failed)?;
        Ok(format!("{:x}", sum.finalize()))
    }
}

/// Whether a `.git` that is no folder makes a repository elsewhere the one of this place: that of a
/// worktree does, that of a submodule whose repository comes along does not.
fn leads_back(path: &Path, root: &Path, is_symlink: bool) -> bool {
    if path.file_name().is_none_or(|name| name != ".git") {
        return false;
    }
    let Some(folder) = path.parent().filter(|_| !is_symlink) else {
        return true;
    };
    let text = fs::read_to_string(path).unwrap_or_default();
    let Some(leads) = text.strip_prefix("gitdir:").map(str::trim) else {
        return false;
    };
    let inside = |path: PathBuf| {
        let (path, root) = (path.canonicalize().ok()?, root.canonicalize().ok()?);
        Some(path.starts_with(root))
    };
    Path::new(leads).is_absolute() || inside(folder.join(leads)) != Some(true)
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_one: &Metadata, _other: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn link(leads: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(leads, at)
}

#[cfg(not(unix))]
fn link(leads: &Path, at: &Path) -> io::Result<()> {
    fs::copy(leads, at).map(drop)
}

/// A copy has the permissions of its original; that of a read-only file can be changed and deleted
/// by its owner all the same.
fn writable(from: &File, to: &File) -> io::Result<()> {
    let mut permissions = from.metadata()?.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        permissions.set_mode(permissions.mode() | 0o200);
    }
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    to.set_permissions(permissions)
}

#[cfg(test)]
mod tests;
