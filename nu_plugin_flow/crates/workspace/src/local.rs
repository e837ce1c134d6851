//! Workspaces as folders of this machine, with the toolchains that are installed on it.
//!
//! ```text
//! <data directory>/workspaces/
//!   <id>/record.json    what was made, and when
//!   <id>/source/        the agent's folder
//!   .staging/<id>/      half made or half deleted: garbage, unless somebody holds the lock
//!   .locks/<id>         held while a workspace is made, changed or deleted
//! ```
//! A workspace appears and disappears by one rename, so that a process killed at any moment leaves
//! it whole or leaves garbage that the next call removes.

mod folders;
mod lock;
mod record;
mod sources;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::error::WorkspaceError;
use crate::process::{self, Command, Outcome};
use crate::provider::{Call, Provider, Request, State, Workspace, WorkspaceId};
use folders::{create_private, ids, remove};
use lock::Lock;
use record::Record;

const NAME: &str = "local";

/// The provider `local`.
#[derive(Clone, Debug)]
pub struct LocalProvider {
    root: PathBuf,
}

impl LocalProvider {
    /// Keeps workspaces in `data_directory/workspaces`, which is made when it is first needed.
    pub fn at(data_directory: &Path) -> LocalProvider {
        let root = data_directory.join("workspaces");
        LocalProvider {
            root: std::path::absolute(&root).unwrap_or(root),
        }
    }

    /// Uses `$FLOW_DATA_DIR`, else `$XDG_DATA_HOME/flow`, else `~/.local/share/flow`.
    pub fn locate() -> Result<LocalProvider, WorkspaceError> {
        let data_directory = data_directory(|name| std::env::var_os(name), std::env::home_dir());
        let data_directory = data_directory.ok_or(WorkspaceError::NoDataDirectory)?;
        Ok(LocalProvider::at(&data_directory))
    }

    fn folder(&self, id: &WorkspaceId) -> PathBuf {
        self.root.join(id.as_str())
    }

    fn staging(&self, id: &WorkspaceId) -> PathBuf {
        self.root.join(".staging").join(id.as_str())
    }

    fn lock(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Lock, WorkspaceError> {
        Lock::wait(&self.root.join(".locks"), id, call)
    }

    /// The workspace as it is on disk, with its record where that can be read.
    fn look(&self, id: &WorkspaceId) -> Result<(Workspace, Option<Record>), WorkspaceError> {
        let folder = self.folder(id);
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(WorkspaceError::NotFound { id: id.to_string() });
            }
            Err(error) => return Err(WorkspaceError::storage("read", &folder)(error)),
            Ok(_) => {}
        }
        let mut workspace = Workspace {
            id: id.clone(),
            provider: NAME,
            language: None,
            state: State::Failed,
            path: folder.join("source"),
            created: None,
            new: false,
            error: None,
        };
        let record = match Record::read(&folder, id) {
            Ok(record) => record,
            Err(error) => {
                workspace.error = Some(error);
                return Ok((workspace, None));
            }
        };
        (workspace.state, workspace.error) = judge_sources(&workspace.path, id, record.stopped);
        workspace.language = Some(record.language.clone());
        workspace.created = Some(record.created());
        Ok((workspace, Some(record)))
    }

    /// The workspace if programs can run in it.
    fn usable(&self, id: &WorkspaceId) -> Result<(Workspace, Record), WorkspaceError> {
        match self.look(id)? {
            (
                Workspace {
                    error: Some(error), ..
                },
                _,
            ) => Err(error),
            (workspace, Some(record)) => Ok((workspace, record)),
            (_, None) => Err(WorkspaceError::NotFound { id: id.to_string() }),
        }
    }

    fn make(&self, request: Request<'_>) -> Result<(), WorkspaceError> {
        let staging = self.staging(request.id);
        let made = self.stage(request, &staging);
        if made.is_err() {
            // The error to report is the first one; what is left here the next call removes.
            let _ = fs::remove_dir_all(&staging);
        }
        made
    }

    fn stage(&self, request: Request<'_>, staging: &Path) -> Result<(), WorkspaceError> {
        sources::check_paths(request.files)?;
        create_private(staging)?;
        let digests = sources::write(&staging.join("source"), request.files)?;
        Record::new(request.id, request.language, digests).write(staging)?;
        let folder = self.folder(request.id);
        fs::rename(staging, &folder).map_err(WorkspaceError::storage("create", &folder))
    }

    /// Takes the workspace out of sight at once, then removes its files. Needs the lock.
    fn discard(&self, id: &WorkspaceId) -> Result<(), WorkspaceError> {
        let (folder, staging) = (self.folder(id), self.staging(id));
        fs::rename(&folder, &staging).map_err(WorkspaceError::storage("delete", &folder))?;
        remove(&staging)
    }

    fn set_stopped(
        &self,
        id: &WorkspaceId,
        stopped: bool,
        call: &Call<'_>,
    ) -> Result<Workspace, WorkspaceError> {
        self.usable(id)?;
        let _lock = self.lock(id, call)?;
        let (mut workspace, mut record) = self.usable(id)?;
        if record.stopped != stopped {
            record.stopped = stopped;
            record.write(&self.folder(id))?;
        }
        workspace.state = running_or_stopped(stopped);
        Ok(workspace)
    }

    /// Removes garbage of killed processes; returns the ids that somebody is working on.
    fn sweep(&self) -> Vec<WorkspaceId> {
        let mut busy = Vec::new();
        for id in ids(&self.root.join(".staging")).unwrap_or_default() {
            match Lock::try_now(&self.root.join(".locks"), &id) {
                // What cannot be removed now, on a disk that became read-only say, harms nobody.
                Ok(Some(_lock)) => drop(remove(&self.staging(&id))),
                Ok(None) => busy.push(id),
                Err(_) => {}
            }
        }
        busy
    }

    fn busy_row(&self, id: WorkspaceId) -> Workspace {
        Workspace {
            path: self.folder(&id).join("source"),
            id,
            provider: NAME,
            language: None,
            state: State::Busy,
            created: None,
            new: false,
            error: None,
        }
    }
}

impl Provider for LocalProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&self, call: &Call<'_>) -> Result<String, WorkspaceError> {
        call.check()?;
        create_private(&self.root)?;
        let probe = tempfile::tempfile_in(&self.root);
        probe.map_err(WorkspaceError::storage("write to", &self.root))?;
        Ok(format!("folders in `{}`", self.root.display()))
    }

    fn create(&self, request: Request<'_>, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        call.check()?;
        create_private(&self.root.join(".staging"))?;
        let _lock = self.lock(request.id, call)?;
        remove(&self.staging(request.id))?;
        match self.look(request.id) {
            Err(WorkspaceError::NotFound { .. }) => {}
            Err(error) => return Err(error),
            Ok((workspace, record)) => {
                refuse_other_language(&request, record.as_ref())?;
                match workspace.state {
                    // Without sources there is nothing to keep.
                    State::Missing => self.discard(request.id)?,
                    _ => {
                        return workspace
                            .error
                            .map_or_else(|| self.status(request.id, call), Err);
                    }
                }
            }
        }
        self.make(request)?;
        let mut workspace = self.status(request.id, call)?;
        workspace.new = true;
        Ok(workspace)
    }

    fn list(&self, call: &Call<'_>) -> Result<Vec<Workspace>, WorkspaceError> {
        call.check()?;
        let mut rows: BTreeMap<WorkspaceId, Workspace> = BTreeMap::new();
        for id in self.sweep() {
            rows.insert(id.clone(), self.busy_row(id));
        }
        let ids = ids(&self.root).map_err(WorkspaceError::storage("list", &self.root))?;
        for id in ids {
            match self.look(&id) {
                Ok((workspace, _)) => drop(rows.insert(id, workspace)),
                // Deleted by somebody else since the folder was listed.
                Err(WorkspaceError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rows.into_values().collect())
    }

    fn status(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        call.check()?;
        self.look(id).map(|(workspace, _)| workspace)
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
        let (workspace, record) = self.usable(id)?;
        if record.stopped {
            self.start(id, &Call::new(cancel, command.deadline))?;
        }
        let mut command = command.clone();
        command.dir = workspace.path.join(&command.dir);
        Ok(process::run(&command, cancel, on_line)?)
    }

    fn delete(&self, id: &WorkspaceId, force: bool, call: &Call<'_>) -> Result<(), WorkspaceError> {
        // Looked for before the lock, which would leave a file for every mistyped id.
        self.status(id, call)?;
        create_private(&self.root.join(".staging"))?;
        let _lock = self.lock(id, call)?;
        remove(&self.staging(id))?;
        let (workspace, record) = self.look(id)?;
        if !force {
            match (workspace.state, record) {
                (State::Missing, _) => {}
                (_, Some(record)) if workspace.error.is_none() => {
                    refuse_changes(&workspace, &record)?;
                }
                _ => return workspace.error.map_or(Ok(()), Err),
            }
        }
        self.discard(id)
    }

    fn copy_out(
        &self,
        id: &WorkspaceId,
        from: &Path,
        to: &Path,
        call: &Call<'_>,
    ) -> Result<u64, WorkspaceError> {
        call.check()?;
        let (workspace, _) = self.usable(id)?;
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

fn data_directory(
    variable: impl Fn(&str) -> Option<OsString>,
    home: Option<PathBuf>,
) -> Option<PathBuf> {
    let set = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("FLOW_DATA_DIR")
        .or_else(|| Some(set("XDG_DATA_HOME")?.join("flow")))
        .or_else(|| Some(home?.join(".local/share/flow")))
}

fn running_or_stopped(stopped: bool) -> State {
    if stopped {
        State::Stopped
    } else {
        State::Running
    }
}

fn judge_sources(path: &Path, id: &WorkspaceId, stopped: bool) -> (State, Option<WorkspaceError>) {
    let (id, path) = (id.to_string(), path.to_path_buf());
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => (running_or_stopped(stopped), None),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            (State::Missing, Some(WorkspaceError::Missing { id, path }))
        }
        Ok(_) => {
            let reason = "its source folder was replaced by something else".to_owned();
            (
                State::Failed,
                Some(WorkspaceError::Damaged { id, path, reason }),
            )
        }
        Err(error) => {
            let error = WorkspaceError::storage("read", &path)(error);
            (State::Failed, Some(error))
        }
    }
}

fn refuse_other_language(
    request: &Request<'_>,
    record: Option<&Record>,
) -> Result<(), WorkspaceError> {
    match record {
        Some(record) if record.language != request.language => Err(WorkspaceError::Language {
            id: request.id.to_string(),
            existing: record.language.clone(),
            wanted: request.language.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn refuse_changes(workspace: &Workspace, record: &Record) -> Result<(), WorkspaceError> {
    let files = sources::changed(&workspace.path, &record.files)?;
    if files.is_empty() {
        return Ok(());
    }
    Err(WorkspaceError::Modified {
        id: workspace.id.to_string(),
        files,
    })
}

#[cfg(test)]
mod tests;
