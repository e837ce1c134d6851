//! Where the sources of new workspaces come from, if not from a template.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::git;
use flow_process::redact;

/// A folder to copy, which is somebody's own or a clone of ours that ends with this value.
#[derive(Debug)]
pub struct Origin {
    path: PathBuf,
    /// A clone of ours: of all that is at `path`, or of the repository alone.
    clone: Option<TempDir>,
}

/// Where in a folder of ours a clone is.
const CLONE: &str = "source";

impl Origin {
    /// What `text` names, seen from `directory`: a folder, else a git repository, which is cloned
    /// once, with its submodules.
    ///
    /// A folder whose repository is elsewhere, such as a worktree of git, gets one of its own: commits
    /// in a copy of it would else be the user's.
    ///
    /// # Errors
    /// It is neither, or git cannot clone it.
    pub fn fetch(text: &str, directory: &Path, call: &Call<'_>) -> Result<Origin, WorkspaceError> {
        let path = directory.join(text);
        if !text.is_empty() && path.is_dir() && !is_bare(&path) {
            let clone = match has_repository_elsewhere(&path) {
                true => Some(clone_repository(&path, call)?),
                false => None,
            };
            return Ok(Origin { path, clone });
        }
        let is_address = is_address(text) && !path.exists();
        if !is_address && !is_bare(&path) {
            return Err(WorkspaceError::From {
                from: text.to_owned(),
            });
        }
        let from = if is_address {
            text.to_owned()
        } else {
            path.display().to_string()
        };
        let clone = clone_all(&from, directory, call)?;
        Ok(Origin {
            path: clone.path().join(CLONE),
            clone: Some(clone),
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The repository for a copy, where the one at the folder is none that can be copied.
    pub(crate) fn repository(&self) -> Option<PathBuf> {
        let own = self.clone.as_ref()?.path().join(CLONE);
        (own != self.path).then(|| own.join(".git"))
    }

    /// Whether it brings a devcontainer of its own.
    pub fn has_devcontainer(&self) -> bool {
        let own = [".devcontainer/devcontainer.json", ".devcontainer.json"];
        own.iter().any(|name| self.path.join(name).is_file())
    }
}

/// Whether `text` is the address of a repository, as git reads it: a URL, or `host:path`.
fn is_address(text: &str) -> bool {
    if text.contains("://") {
        return true;
    }
    let (before, _) = text.split_once(':').unwrap_or_default();
    !before.is_empty() && !before.contains('/')
}

fn is_bare(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir()
}

/// Whether the `.git` in `path` is no folder: a file or a symlink that leads to one.
fn has_repository_elsewhere(path: &Path) -> bool {
    fs::symlink_metadata(path.join(".git")).is_ok_and(|metadata| !metadata.is_dir())
}

fn folder() -> Result<TempDir, WorkspaceError> {
    tempfile::tempdir().map_err(WorkspaceError::storage("create", std::env::temp_dir()))
}

/// Clones `from` with its files.
fn clone_all(from: &str, directory: &Path, call: &Call<'_>) -> Result<TempDir, WorkspaceError> {
    let clean = redact::address(from);
    let folder = folder()?;
    let to = folder.path().join(CLONE);
    let place = to.display().to_string();
    let clone = ["clone", "--quiet", "--no-hardlinks", "--recurse-submodules"];
    let arguments = [&clone[..], &["--", from, &place]].concat();
    git::run(&arguments, directory, call).map_err(|error| explain(error, from, &clean))?;
    if clean != from {
        // A password in the address is for the clone, not for everybody who sees the workspace.
        let (scheme, rest) = from.split_once("://").unwrap_or_default();
        let host = rest.split_once('@').map_or(rest, |(_, host)| host);
        let bare = format!("{scheme}://{host}");
        git::run(&["remote", "set-url", "origin", &bare], &to, call)?;
    }
    Ok(folder)
}

/// Clones what is committed on the branch at `path`, without files. Its remote is that of the
/// original.
fn clone_repository(path: &Path, call: &Call<'_>) -> Result<TempDir, WorkspaceError> {
    let folder = folder()?;
    let to = folder.path().join(CLONE);
    let (from, place) = (path.display().to_string(), to.display().to_string());
    let clone = ["clone", "--quiet", "--no-hardlinks", "--no-checkout", "--"];
    let arguments = [&clone[..], &[&from, &place]].concat();
    git::run(&arguments, path, call).map_err(|error| explain(error, &from, &from))?;
    git::run(&["remote", "remove", "origin"], &to, call)?;
    if let Ok(address) = git::ask(&["remote", "get-url", "origin"], path, call) {
        git::run(&["remote", "add", "origin", address.trim()], &to, call)?;
    }
    // Then git takes the files, which are copied, for those of the commit. Before the first commit
    // there is nothing to compare with.
    let _ = git::run(&["reset", "--quiet"], &to, call);
    call.check_time()?;
    Ok(folder)
}

fn explain(error: WorkspaceError, from: &str, clean: &str) -> WorkspaceError {
    match error {
        WorkspaceError::Git { reason, .. } => WorkspaceError::Clone {
            from: clean.to_owned(),
            reason: reason.replace(from, clean),
        },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::AtomicBool;

    use super::*;

    static NEVER: AtomicBool = AtomicBool::new(false);

    #[test]
    fn a_folder_is_taken_as_it_is_and_anything_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("agent")).unwrap();
        let call = Call::new(&NEVER, None);
        let origin = Origin::fetch("agent", folder.path(), &call).unwrap();
        assert_eq!(origin.path(), folder.path().join("agent"));
        for text in ["", "nowhere", "-x"] {
            let error = Origin::fetch(text, folder.path(), &call).map(drop);
            let is_refused = matches!(error, Err(WorkspaceError::From { .. }));
            assert!(is_refused || text.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_repository_that_cannot_be_cloned_says_why_without_the_password() {
        let folder = tempfile::tempdir().unwrap();
        let call = Call::new(&NEVER, None);
        let address = "file://zoe:secret@localhost/nowhere.git";
        let error = Origin::fetch(address, folder.path(), &call).unwrap_err();
        let text = format!("{error} {}", miette::Diagnostic::help(&error).unwrap());
        assert!(
            text.contains("fatal:") && !text.contains("secret"),
            "{text}"
        );
    }

    #[test]
    fn addresses_are_those_of_git() {
        for text in [
            "https://example.org/a.git",
            "git@example.org:a.git",
            "host:a",
            "ssh://h/a",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in ["agent", "./a:b", "/a:b", ":a", "~/a"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
