//! A workspace: its name, and what can be done with it now.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::WorkspaceError;

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
