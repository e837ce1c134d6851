//! Where the sources of new workspaces come from, if not from a template.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::WorkspaceError;
use crate::process::{self, Command};
use crate::provider::Call;
use crate::redact;

/// Time to clone a repository.
const CLONE: Duration = Duration::from_secs(10 * 60);

/// A folder to copy, which is somebody's own or a clone of ours that ends with this value.
#[derive(Debug)]
pub struct Origin {
    path: PathBuf,
    _clone: Option<tempfile::TempDir>,
}

impl Origin {
    /// What `text` names, seen from `directory`: a folder, else a git repository, which is cloned once.
    ///
    /// # Errors
    /// It is neither, or git cannot clone it.
    pub fn fetch(text: &str, directory: &Path, call: &Call<'_>) -> Result<Origin, WorkspaceError> {
        let path = directory.join(text);
        if !text.is_empty() && path.is_dir() && !is_bare(&path) {
            return Ok(Origin { path, _clone: None });
        }
        let is_address = text.contains("://") || text.starts_with("git@");
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
        let clone = tempfile::tempdir();
        let clone = clone.map_err(WorkspaceError::storage("create", std::env::temp_dir()))?;
        let path = clone.path().join("source");
        git_clone(&from, &path, directory, call)?;
        Ok(Origin {
            path,
            _clone: Some(clone),
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it brings a devcontainer of its own.
    pub fn has_devcontainer(&self) -> bool {
        let own = [".devcontainer/devcontainer.json", ".devcontainer.json"];
        own.iter().any(|name| self.path.join(name).is_file())
    }
}

fn is_bare(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir()
}

fn git_clone(
    from: &str,
    to: &Path,
    directory: &Path,
    call: &Call<'_>,
) -> Result<(), WorkspaceError> {
    let clean = redact::address(from);
    let to_text = to.display().to_string();
    let arguments = [
        "clone",
        "--quiet",
        "--no-hardlinks",
        "--",
        from,
        to_text.as_str(),
    ];
    git(arguments, directory, call).map_err(|error| hide(error, from, &clean))?;
    if clean != from {
        // A password in the address is for the clone, not for everybody who sees the workspace.
        let (scheme, rest) = from.split_once("://").unwrap_or_default();
        let host = rest.split_once('@').map_or(rest, |(_, host)| host);
        let bare = format!("{scheme}://{host}");
        git(["remote", "set-url", "origin", bare.as_str()], to, call)?;
    }
    Ok(())
}

fn git<const N: usize>(
    arguments: [&str; N],
    directory: &Path,
    call: &Call<'_>,
) -> Result<(), WorkspaceError> {
    let mut command = Command::new("git", arguments, directory);
    // Nobody could answer a question.
    command.env = [
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ASKPASS", "true"),
        ("LC_ALL", "C"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    command.deadline = Some(call.remaining().map_or(CLONE, |left| left.min(CLONE)));
    let outcome = process::run(&command, call.cancel, &mut |_| {})?;
    if outcome.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&outcome.stderr);
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let reason = lines
        .iter()
        .find(|line| line.starts_with("fatal:"))
        .or(lines.last());
    Err(WorkspaceError::Clone {
        from: String::new(),
        reason: reason.map_or("it said nothing", |line| line).to_owned(),
    })
}

fn hide(error: WorkspaceError, from: &str, clean: &str) -> WorkspaceError {
    match error {
        WorkspaceError::Clone { reason, .. } => WorkspaceError::Clone {
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
}
