//! Workspaces as folders of this machine, with the toolchains that are installed on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::provider::{Provider, Request};
use crate::store::{self, Event, LOCAL, Level, Record, Store, refuse_other};
use crate::workspace::{State, Workspace, WorkspaceId};
use flow_process::{Command, Outcome};

/// How long another call for the same workspace is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The provider `local`.
#[derive(Clone, Debug)]
pub struct LocalProvider {
    store: Store,
    /// Nothing where programs see the variables of this process.
    environment: Option<Environment>,
}

/// The variables that programs see, and those of this process that they do not.
#[derive(Clone, Debug)]
struct Environment {
    variables: Vec<(String, String)>,
    removed: Vec<String>,
}

impl LocalProvider {
    /// Keeps workspaces in `data_directory/workspaces`, which is made when it is first needed.
    pub fn at(data_directory: &Path) -> LocalProvider {
        LocalProvider::of(Store::at(data_directory), None)
    }

    /// With programs that see `environment` instead of this process's own.
    pub(crate) fn of(
        store: Store,
        environment: Option<&BTreeMap<String, String>>,
    ) -> LocalProvider {
        let environment = environment.map(|environment| {
            let own = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
            let removed = own.filter(|name| !environment.contains_key(name));
            Environment {
                variables: environment.clone().into_iter().collect(),
                removed: removed.collect(),
            }
        });
        LocalProvider { store, environment }
    }

    fn set_stopped(
        &self,
        id: &WorkspaceId,
        stopped: bool,
        call: &Call<'_>,
    ) -> Result<Workspace, WorkspaceError> {
        self.store.usable(id)?;
        let _lock = self.store.lock(id, call, PATIENCE)?;
        let (mut workspace, mut record) = self.store.usable(id)?;
        if record.stopped != stopped {
            record.stopped = stopped;
            self.store.save(&record)?;
            let done = if stopped { "stopped" } else { "started" };
            self.store.note(id, Level::Info, done);
        }
        workspace.state = store::running_or_stopped(stopped);
        Ok(workspace)
    }
}

impl Provider for LocalProvider {
    fn name(&self) -> &'static str {
        LOCAL
    }

    fn probe(&self, call: &Call<'_>) -> Result<String, WorkspaceError> {
        call.check()?;
        let root = self.store.root();
        store::create_private(root)?;
        let probe = tempfile::tempfile_in(root);
        probe.map_err(WorkspaceError::storage("write to", root))?;
        Ok(format!("folders in `{}`", root.display()))
    }

    fn create(&self, request: Request<'_>, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        call.check()?;
        self.store.prepare()?;
        let _lock = self.store.lock(request.id, call, PATIENCE)?;
        self.store.clear(request.id)?;
        match self.store.look(request.id) {
            Err(WorkspaceError::NotFound { .. }) => {}
            Err(error) => return Err(error),
            Ok((workspace, record)) => {
                if let Some(record) = &record {
                    refuse_other(&request, record, LOCAL)?;
                }
                match workspace.state {
                    // Without sources there is nothing to keep.
                    State::Missing => self.store.discard(request.id)?,
                    _ => {
                        return workspace
                            .error
                            .map_or_else(|| self.status(request.id, call), Err);
                    }
                }
            }
        }
        let record = Record::new(request.id, request.language, LOCAL);
        self.store.make(&request, record, call)?;
        let mut workspace = self.status(request.id, call)?;
        workspace.new = true;
        Ok(workspace)
    }

    fn list(&self, call: &Call<'_>) -> Result<Vec<Workspace>, WorkspaceError> {
        call.check()?;
        let busy = self.store.sweep().into_iter();
        let mut rows: BTreeMap<WorkspaceId, Workspace> = busy
            .filter(|row| row.provider == LOCAL)
            .map(|row| (row.id.clone(), row))
            .collect();
        for id in self.store.ids()? {
            match self.store.look(&id) {
                Ok((workspace, _)) if workspace.provider == LOCAL => {
                    rows.insert(id, workspace);
                }
                Ok(_) => {}
                // Deleted by somebody else since the folder was listed.
                Err(WorkspaceError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rows.into_values().collect())
    }

    fn status(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        call.check()?;
        self.store.look(id).map(|(workspace, _)| workspace)
    }

    fn start(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.set_stopped(id, false, call)
    }

    fn stop(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.set_stopped(id, true, call)
    }

    fn exec(
        &self,
        id: &WorkspaceId,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError> {
        let (workspace, record) = self.store.usable(id)?;
        if record.stopped {
            self.start(id, &Call::new(cancel, command.deadline))?;
        }
        let mut command = command.clone();
        command.dir = workspace.path.join(&command.dir);
        if let Some(environment) = &self.environment {
            command.env = [environment.variables.as_slice(), &command.env].concat();
            command.env_remove.extend_from_slice(&environment.removed);
        }
        Ok(flow_process::run(&command, cancel, on_line)?)
    }

    fn logs(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Vec<Event>, WorkspaceError> {
        self.status(id, call)?;
        self.store.events(id)
    }

    fn delete(&self, id: &WorkspaceId, force: bool, call: &Call<'_>) -> Result<(), WorkspaceError> {
        // Looked for before the lock, which would leave a file for every mistyped id.
        self.status(id, call)?;
        self.store.prepare()?;
        let _lock = self.store.lock(id, call, PATIENCE)?;
        self.store.clear(id)?;
        let (workspace, record) = self.store.look(id)?;
        if !force {
            match (workspace.state, record) {
                (State::Missing, _) => {}
                (_, Some(record)) if workspace.error.is_none() => {
                    self.store.refuse_changes(id, &record, call)?;
                }
                _ => return workspace.error.map_or(Ok(()), Err),
            }
        }
        self.store.discard(id)
    }

    fn copy_out(
        &self,
        id: &WorkspaceId,
        from: &Path,
        to: &Path,
        call: &Call<'_>,
    ) -> Result<u64, WorkspaceError> {
        call.check()?;
        let (workspace, _) = self.store.usable(id)?;
        let source = workspace.path.canonicalize();
        let source = source.map_err(WorkspaceError::storage("read", &workspace.path))?;
        // Resolved first, so that no symlink leads out of the workspace.
        match source.join(from).canonicalize() {
            Ok(path) if path.starts_with(&source) && path.is_file() => {
                fs::copy(&path, to).map_err(WorkspaceError::storage("copy to", to))
            }
            _ => Err(WorkspaceError::NoFile {
                id: id.to_string(),
                path: from.to_path_buf(),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
