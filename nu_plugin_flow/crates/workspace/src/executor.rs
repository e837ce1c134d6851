//! One way to run a build's programs, wherever they run.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::error::WorkspaceError;
use crate::process::{self, Command, Outcome, ProcessError};
use crate::provider::{Call, Provider, WorkspaceId};

/// Runs programs on this machine or inside a workspace.
pub trait Executor: Send + Sync {
    /// Where it runs them, for messages.
    fn place(&self) -> String;

    /// Runs `command` to its end, as [`process::run`] does. Inside a workspace a relative
    /// `command.dir` counts from the source folder.
    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError>;

    /// Copies the file `from`, as the program sees it, to `to` on this machine; returns its bytes.
    fn copy_out(&self, from: &Path, to: &Path, cancel: &AtomicBool) -> Result<u64, ProcessError>;
}

/// Runs programs on this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalExecutor;

impl Executor for LocalExecutor {
    fn place(&self) -> String {
        "this machine".to_owned()
    }

    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        process::run(command, cancel, on_line)
    }

    fn copy_out(&self, from: &Path, to: &Path, _cancel: &AtomicBool) -> Result<u64, ProcessError> {
        std::fs::copy(from, to).map_err(|source| {
            let error = WorkspaceError::storage("copy", from)(source);
            ProcessError::Workspace(Box::new(error))
        })
    }
}

/// Runs programs inside a workspace of a provider.
#[derive(Clone)]
pub struct WorkspaceExecutor {
    provider: Arc<dyn Provider>,
    id: WorkspaceId,
}

impl WorkspaceExecutor {
    /// An executor for the workspace `id` of `provider`.
    pub fn new(provider: Arc<dyn Provider>, id: WorkspaceId) -> WorkspaceExecutor {
        WorkspaceExecutor { provider, id }
    }
}

impl Executor for WorkspaceExecutor {
    fn place(&self) -> String {
        format!("workspace `{}`", self.id)
    }

    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        let outcome = self.provider.exec(&self.id, command, cancel, on_line);
        outcome.map_err(into_process_error)
    }

    fn copy_out(&self, from: &Path, to: &Path, cancel: &AtomicBool) -> Result<u64, ProcessError> {
        let copied = self
            .provider
            .copy_out(&self.id, from, to, &Call::new(cancel, None));
        copied.map_err(into_process_error)
    }
}

fn into_process_error(error: WorkspaceError) -> ProcessError {
    match error {
        WorkspaceError::Process(error) => error,
        error => ProcessError::Workspace(Box::new(error)),
    }
}
