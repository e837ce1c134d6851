//! What every provider of workspaces can do, in the words of the strictest one (DevPod).

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use flow_process::{Command, Outcome};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::origin::Origin;
use crate::store::events::Event;
use crate::workspace::{Workspace, WorkspaceId};

/// A file of a template: its path below the source folder, and what it contains.
pub type TemplateFile = (PathBuf, Vec<u8>);

/// The workspace to make.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its name.
    pub id: &'a WorkspaceId,
    /// The language it is for: `rust`.
    pub language: &'a str,
    /// What is copied into its source folder first.
    pub from: Option<&'a Origin>,
    /// What its source folder contains at first, beside what came from `from`.
    pub files: &'a [TemplateFile],
    /// The devcontainer, which only providers that make containers write; without one the project's
    /// own counts.
    pub devcontainer: Option<&'a TemplateFile>,
}

/// A place where workspaces live. All calls are safe from several threads and processes at once.
pub trait Provider: Send + Sync {
    /// The name that users type: `local`, `devpod`.
    fn name(&self) -> &'static str;

    /// Tries whether workspaces can be made here; says what it found, or why not.
    fn probe(&self, call: &Call<'_>) -> Result<String, WorkspaceError>;

    /// Makes the workspace, or returns the one that is there already under this id and language.
    fn create(&self, request: Request<'_>, call: &Call<'_>) -> Result<Workspace, WorkspaceError>;

    /// All workspaces by id. One that cannot be read has an error of its own and hides no other.
    fn list(&self, call: &Call<'_>) -> Result<Vec<Workspace>, WorkspaceError>;

    /// The workspace as it is now.
    fn status(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError>;

    /// Makes the workspace ready to run programs.
    fn start(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError>;

    /// Frees what a workspace holds besides its files.
    fn stop(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError>;

    /// Runs a program inside, starting the workspace if it is stopped. A relative `command.dir` counts
    /// from the source folder. Status and both streams are exact; deadline and cancel as in
    /// [`flow_process::run`].
    fn exec(
        &self,
        id: &WorkspaceId,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError>;

    /// What was done with the workspace and what it wrote itself, the oldest first; without secrets.
    fn logs(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Vec<Event>, WorkspaceError>;

    /// Removes the workspace. Without `force`, files that differ from the template keep it.
    fn delete(&self, id: &WorkspaceId, force: bool, call: &Call<'_>) -> Result<(), WorkspaceError>;

    /// The folder inside in which the source folder's files are as programs see them.
    fn inside(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<PathBuf, WorkspaceError> {
        self.status(id, call).map(|workspace| workspace.path)
    }

    /// Copies the file `from`, below the source folder, to `to` on this machine; returns its bytes.
    fn copy_out(
        &self,
        id: &WorkspaceId,
        from: &Path,
        to: &Path,
        call: &Call<'_>,
    ) -> Result<u64, WorkspaceError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_every_provider_can_also_delete() {
        let longest = "a".repeat(48);
        for id in ["a", "7", "rust-1", "a--b", longest.as_str()] {
            assert_eq!(id.parse::<WorkspaceId>().unwrap().as_str(), id);
        }
        let too_long = "a".repeat(49);
        for id in [
            "",
            "-x",
            "x-",
            "-",
            "Rust",
            "a_b",
            "a/b",
            "..",
            "a.b",
            "é",
            "a\n",
            too_long.as_str(),
        ] {
            assert!(id.parse::<WorkspaceId>().is_err(), "{id:?}");
        }
    }
}
