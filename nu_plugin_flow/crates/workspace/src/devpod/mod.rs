//! Workspaces of DevPod: a folder of this machine each, as with the provider `local`, and beside it
//! a container with the toolchain, which DevPod makes from a devcontainer.
//!
//! DevPod keeps its own books. What it says counts for the container, flow's record for the folder,
//! and both are asked every time.

mod client;
mod create;
pub(crate) mod error;
mod files;
mod probe;
mod reconcile;
mod remote;
mod report;
mod ssh;
mod up;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::provider::{Provider, Request};
use crate::store::{DEVPOD, Event, Level, Record, Store};
use crate::workspace::{State, Workspace, WorkspaceId};
use flow_process::{Command, Outcome};

pub use client::DevpodSettings;
use client::{Client, Invocation};
pub use error::DevpodError;

/// Time for `devpod stop`.
const STOP: Duration = Duration::from_secs(120);
/// Time for `devpod logs`.
const LOGS: Duration = Duration::from_secs(60);
/// How long another call for the same workspace is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The provider `devpod`.
#[derive(Debug)]
pub struct DevpodProvider {
    store: Store,
    client: Client,
}

impl DevpodProvider {
    /// Keeps the folders of its workspaces in `data_directory/workspaces`, beside those of the
    /// provider `local`.
    pub fn at(data_directory: &Path, settings: &DevpodSettings) -> DevpodProvider {
        DevpodProvider::of(Store::at(data_directory), settings)
    }

    pub(crate) fn of(store: Store, settings: &DevpodSettings) -> DevpodProvider {
        let client = Client::new(settings, store.root());
        DevpodProvider { store, client }
    }

    /// The file in which DevPod writes how to reach the workspace. Not in the workspace's folder:
    /// DevPod makes it, and its folder, even when the workspace is deleted.
    fn ssh_config(&self, id: &WorkspaceId) -> PathBuf {
        self.store.root().join(".ssh").join(id.as_str())
    }

    /// The record of a workspace that programs can run in, as far as flow knows.
    fn usable(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Record, WorkspaceError> {
        let (_, record) = match self.store.usable(id) {
            // Where only the folder is gone, that is what there is to say.
            Err(error @ WorkspaceError::NotFound { .. }) => {
                let found = self.status(id, call).ok().and_then(|found| found.error);
                return Err(found.unwrap_or(error));
            }
            found => found?,
        };
        if record.provider() != DEVPOD {
            return Err(WorkspaceError::NotFound { id: id.to_string() });
        }
        if !record.ready {
            return Err(WorkspaceError::HalfMade { id: id.to_string() });
        }
        Ok(record)
    }

    /// Marks the workspace as stopped or not. Needs the lock.
    fn mark(&self, mut record: Record, stopped: bool) -> Result<(), WorkspaceError> {
        let changed = record.stopped != stopped || !record.ready;
        record.stopped = stopped;
        record.ready = true;
        if changed {
            self.store.save(&record)?;
        }
        let done = if stopped { "stopped" } else { "started" };
        self.store.note(record.id(), Level::Info, done);
        Ok(())
    }
}

impl Provider for DevpodProvider {
    fn name(&self) -> &'static str {
        DEVPOD
    }

    fn probe(&self, call: &Call<'_>) -> Result<String, WorkspaceError> {
        call.check()?;
        self.try_out(call)
    }

    fn create(&self, request: Request<'_>, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        call.check()?;
        self.client.version(call)?;
        self.make(&request, call)
    }

    fn list(&self, call: &Call<'_>) -> Result<Vec<Workspace>, WorkspaceError> {
        self.all(call)
    }

    fn status(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        call.check()?;
        match self.store.look(id) {
            Ok((workspace, Some(record))) if record.provider() == DEVPOD => {
                Ok(self.judge(workspace, &record, call))
            }
            Ok(_) => Err(WorkspaceError::NotFound { id: id.to_string() }),
            Err(error @ WorkspaceError::NotFound { .. }) => match self.listed(id, call) {
                Ok(Some(Some(listed))) if self.is_ours(id, &listed) => {
                    Ok(self.without_folder(id.clone()))
                }
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    fn start(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.usable(id, call)?;
        let _lock = self.store.lock(id, call, client::UP)?;
        let record = self.usable(id, call)?;
        self.up(&record, call)?;
        self.mark(record, false)?;
        self.status(id, call)
    }

    fn stop(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.usable(id, call)?;
        let _lock = self.store.lock(id, call, PATIENCE)?;
        let record = self.usable(id, call)?;
        // DevPod says that it stopped a container that is not there.
        if self.container(id, call)? == State::Missing {
            return Err(DevpodError::Gone { id: id.to_string() }.into());
        }
        self.client
            .demand(Invocation::new("stop", [id.as_str()], STOP, call))?;
        self.mark(record, true)?;
        self.status(id, call)
    }

    fn exec(
        &self,
        id: &WorkspaceId,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError> {
        let call = Call::new(cancel, command.deadline);
        call.check()?;
        let record = self.usable(id, &call)?;
        if record.stopped {
            self.start(id, &call)?;
        }
        self.run_inside(id, command, &call, on_line)
    }

    fn logs(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Vec<Event>, WorkspaceError> {
        let workspace = self.status(id, call)?;
        let mut events = self.store.events(id)?;
        if !matches!(workspace.state, State::Running | State::Stopped) {
            return Ok(events);
        }
        let event = |level, message| Event {
            time: None,
            level,
            source: "container",
            message,
        };
        let asked = self
            .client
            .demand(Invocation::new("logs", [id.as_str()], LOGS, call));
        match asked {
            Ok(outcome) => {
                let lines = [outcome.stdout, outcome.stderr]
                    .into_iter()
                    .flat_map(|text| {
                        let text = String::from_utf8_lossy(&text).into_owned();
                        text.lines()
                            .map(|line| self.client.clean(line))
                            .collect::<Vec<_>>()
                    });
                events.extend(lines.map(|line| event(Level::Info, line)));
            }
            Err(WorkspaceError::Cancelled) => return Err(WorkspaceError::Cancelled),
            Err(error) => events.push(event(Level::Warning, error.to_string())),
        }
        Ok(events)
    }

    fn delete(&self, id: &WorkspaceId, force: bool, call: &Call<'_>) -> Result<(), WorkspaceError> {
        self.remove(id, force, call)
    }

    fn inside(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<PathBuf, WorkspaceError> {
        call.check()?;
        self.usable(id, call)?;
        Ok(self.folder_inside(id))
    }

    fn copy_out(
        &self,
        id: &WorkspaceId,
        from: &Path,
        to: &Path,
        call: &Call<'_>,
    ) -> Result<u64, WorkspaceError> {
        call.check()?;
        self.usable(id, call)?;
        self.fetch(id, from, to, call)
    }
}
