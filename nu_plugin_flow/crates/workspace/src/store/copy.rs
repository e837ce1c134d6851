//! A copy of its own of somebody's sources: the original is read and never changed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::WorkspaceError;

use super::sources;

/// Folders that builds and package managers fill, wherever they are.
const MADE: [&str; 2] = ["target", "node_modules"];

/// Copies all below `from` into `to`, with permissions and symlinks; returns the digests by path.
///
/// Left out are `.flow/build`, `node_modules`, the `target` beside a `Cargo.toml`, and what is no
/// file, such as sockets. A `.git` folder comes along and has no digests: it changes by itself.
pub(super) fn tree(from: &Path, to: &Path) -> Result<BTreeMap<String, String>, WorkspaceError> {
    let mut digests = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = from.join(&folder);
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(WorkspaceError::storage("list", &path))?;
        let is_cargo = entries
            .iter()
            .any(|entry| entry.file_name() == "Cargo.toml");
        for entry in entries {
            let relative = folder.join(entry.file_name());
            let (source, target) = (entry.path(), to.join(&relative));
            let kind = entry.file_type();
            let kind = kind.map_err(WorkspaceError::storage("read", &source))?;
            let failed = |error| WorkspaceError::storage("copy", &source)(error);
            if kind.is_dir() {
                if !is_made(&relative, is_cargo) {
                    fs::create_dir(&target).map_err(failed)?;
                    folders.push(relative);
                }
                continue;
            }
            if kind.is_symlink() {
                let leads = fs::read_link(&source).map_err(failed)?;
                link(&leads, &target).map_err(failed)?;
            } else if kind.is_file() {
                fs::copy(&source, &target).map_err(failed)?;
                writable(&target).map_err(failed)?;
            } else {
                continue;
            }
            if !relative.starts_with(".git") {
                digests.insert(sources::slashed(&relative), sources::digest(&target)?);
            }
        }
    }
    Ok(digests)
}

fn is_made(relative: &Path, is_cargo: bool) -> bool {
    let name = relative.file_name().and_then(|name| name.to_str());
    match name {
        Some("target") => is_cargo,
        Some(name) => MADE.contains(&name) || relative.ends_with(".flow/build"),
        None => false,
    }
}

#[cfg(unix)]
fn link(leads: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(leads, at)
}

#[cfg(not(unix))]
fn link(leads: &Path, at: &Path) -> io::Result<()> {
    fs::copy(leads, at).map(drop)
}

/// A copy of a read-only file can be changed and deleted by its owner.
fn writable(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        permissions.set_mode(permissions.mode() | 0o200);
    }
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}
