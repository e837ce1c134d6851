//! What every provider of workspaces can do, in the words of the strictest one (DevPod).

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::error::WorkspaceError;
use crate::origin::Origin;
use crate::process::{Command, Outcome};
use crate::store::Event;

/// Name of a workspace: `^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$`.
///
/// DevPod itself accepts ids such as `-x` that it can then never delete; no such id gets this far.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkspaceId(String);

impl WorkspaceId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WorkspaceId {
    type Err = WorkspaceError;

    fn from_str(id: &str) -> Result<WorkspaceId, WorkspaceError> {
        let alphabet =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=48).contains(&id.len())
            && id.bytes().all(alphabet)
            && !id.starts_with('-')
            && !id.ends_with('-');
        if fits {
            Ok(WorkspaceId(id.to_owned()))
        } else {
            Err(WorkspaceError::InvalidId { id: id.to_owned() })
        }
    }
}

impl TryFrom<String> for WorkspaceId {
    type Error = WorkspaceError;

    fn try_from(id: String) -> Result<WorkspaceId, WorkspaceError> {
        id.parse()
    }
}

impl From<WorkspaceId> for String {
    fn from(id: WorkspaceId) -> String {
        id.0
    }
}

impl fmt::Display for WorkspaceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What can be done with a workspace now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Programs can run in it.
    Running,
    /// It is there, but has to be started; running a program in it does that too.
    Stopped,
    /// Somebody is making or deleting it.
    Busy,
    /// It is known, but its sources or its machine are gone.
    Missing,
    /// It is there, but cannot be used.
    Failed,
}

impl State {
    /// The state in lowercase, as shown in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Stopped => "stopped",
            State::Busy => "busy",
            State::Missing => "missing",
            State::Failed => "failed",
        }
    }
}

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

/// A workspace as it was found.
#[derive(Debug)]
pub struct Workspace {
    /// Its name.
    pub id: WorkspaceId,
    /// Name of the provider.
    pub provider: &'static str,
    /// Unknown where the record cannot be read.
    pub language: Option<String>,
    /// What can be done with it now.
    pub state: State,
    /// The source folder on this machine.
    pub path: PathBuf,
    /// Unknown where the record cannot be read.
    pub created: Option<SystemTime>,
    /// Whether this very call made it.
    pub new: bool,
    /// Why it cannot be used, where its state is not running or stopped.
    pub error: Option<WorkspaceError>,
}

/// How long a call to a provider may take.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Becomes true when the user gives up.
    pub cancel: &'a AtomicBool,
    /// When the call has to end; `None` leaves that to the provider.
    pub deadline: Option<Instant>,
}

impl<'a> Call<'a> {
    /// A call that ends when `cancel` becomes true or `timeout` has passed.
    pub fn new(cancel: &'a AtomicBool, timeout: Option<Duration>) -> Call<'a> {
        // A timeout beyond the end of the clock is no timeout.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Call { cancel, deadline }
    }

    /// Fails once the user has given up.
    pub fn check(&self) -> Result<(), WorkspaceError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(WorkspaceError::Cancelled);
        }
        Ok(())
    }

    /// Fails once the user has given up, or the time is over.
    pub(crate) fn check_time(&self) -> Result<(), WorkspaceError> {
        self.check()?;
        match self.remaining() {
            Some(Duration::ZERO) => Err(WorkspaceError::OutOfTime),
            _ => Ok(()),
        }
    }

    /// Time that is left; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }
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
    /// [`crate::process::run`].
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
