//! Workspaces on disk, of whatever provider.
//!
//! ```text
//! <data directory>/workspaces/
//!   <id>/record.json    what was made, when, and by which provider
//!   <id>/source/        the agent's folder
//!   <id>/log.jsonl      what was done with it
//!   .staging/<id>/      half made or half deleted: garbage, unless somebody holds the lock
//!   .locks/<id>         held while a workspace is made, changed or deleted
//! ```
//! A workspace appears and disappears by one rename, so that a process killed at any moment leaves
//! it whole or leaves garbage that the next call removes.

mod commits;
mod copy;
pub(crate) mod events;
mod folders;
mod generated;
mod lock;
mod record;
mod sources;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::provider::Request;
use crate::workspace::{State, Workspace, WorkspaceId};

pub use events::{Event, Level};
pub(crate) use folders::{create_private, remove};
pub(crate) use lock::Lock;
pub(crate) use record::{DEVPOD, LOCAL, Record};

/// All workspaces of one data directory.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    root: PathBuf,
}

impl Store {
    /// Keeps workspaces in `data_directory/workspaces`, which is made when it is first needed.
    pub(crate) fn at(data_directory: &Path) -> Store {
        let root = data_directory.join("workspaces");
        Store {
            root: std::path::absolute(&root).unwrap_or(root),
        }
    }

    /// Uses `$FLOW_DATA_DIR`, else `$XDG_DATA_HOME/flow`, else `~/.local/share/flow`.
    pub(crate) fn locate() -> Result<Store, WorkspaceError> {
        let data_directory =
            folders::data_directory(|name| std::env::var_os(name), std::env::home_dir());
        let data_directory = data_directory.ok_or(WorkspaceError::NoDataDirectory)?;
        Ok(Store::at(&data_directory))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The workspace's own folder, with all that flow keeps of it.
    pub(crate) fn folder(&self, id: &WorkspaceId) -> PathBuf {
        self.root.join(id.as_str())
    }

    /// The folder of its sources.
    pub(crate) fn source(&self, id: &WorkspaceId) -> PathBuf {
        self.folder(id).join("source")
    }

    pub(crate) fn staging(&self, id: &WorkspaceId) -> PathBuf {
        self.root.join(".staging").join(id.as_str())
    }

    /// The workspace in whose sources `path` is.
    pub(crate) fn owner(&self, path: &Path) -> Option<WorkspaceId> {
        let root = self.root.canonicalize().ok()?;
        let path = path.canonicalize().ok()?;
        let mut parts = path.strip_prefix(root).ok()?.iter();
        let id = parts.next()?.to_str()?.parse().ok()?;
        (parts.next()? == "source").then_some(id)
    }

    /// Takes the workspace's lock, waiting at most `patience` where the call has no deadline.
    pub(crate) fn lock(
        &self,
        id: &WorkspaceId,
        call: &Call<'_>,
        patience: Duration,
    ) -> Result<Lock, WorkspaceError> {
        Lock::wait(&self.root.join(".locks"), id, call, patience)
    }

    /// Whether somebody is working on the workspace just now.
    pub(crate) fn is_locked(&self, id: &WorkspaceId) -> bool {
        matches!(Lock::try_now(&self.root.join(".locks"), id), Ok(None))
    }

    /// Readies the store for making or deleting a workspace; needs no lock.
    pub(crate) fn prepare(&self) -> Result<(), WorkspaceError> {
        create_private(&self.root.join(".staging"))
    }

    /// Removes what a killed process left of the workspace. Needs the lock.
    pub(crate) fn clear(&self, id: &WorkspaceId) -> Result<(), WorkspaceError> {
        remove(&self.staging(id))
    }

    /// The ids of all workspaces that have a folder.
    pub(crate) fn ids(&self) -> Result<Vec<WorkspaceId>, WorkspaceError> {
        folders::ids(&self.root).map_err(WorkspaceError::storage("list", &self.root))
    }

    /// The workspace as it is on disk, with its record where that can be read.
    pub(crate) fn look(
        &self,
        id: &WorkspaceId,
    ) -> Result<(Workspace, Option<Record>), WorkspaceError> {
        let folder = self.folder(id);
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(WorkspaceError::NotFound { id: id.to_string() });
            }
            Err(error) => return Err(WorkspaceError::storage("read", &folder)(error)),
            Ok(_) => {}
        }
        let mut workspace = self.row(id.clone(), LOCAL, State::Failed);
        let record = match Record::read(&folder, id) {
            Ok(record) => record,
            Err(error) => {
                workspace.error = Some(error);
                return Ok((workspace, None));
            }
        };
        (workspace.state, workspace.error) = judge_sources(&workspace.path, id, record.stopped);
        workspace.provider = record.provider();
        workspace.language = Some(record.language.clone());
        workspace.created = Some(record.created());
        Ok((workspace, Some(record)))
    }

    /// The provider of a workspace that is there and can be read.
    pub(crate) fn provider(&self, id: &WorkspaceId) -> Option<&'static str> {
        let record = Record::read(&self.folder(id), id).ok()?;
        Some(record.provider())
    }

    /// The workspace if its sources are there.
    pub(crate) fn usable(&self, id: &WorkspaceId) -> Result<(Workspace, Record), WorkspaceError> {
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

    /// Makes the workspace by one rename. Needs the lock; `record` gets the sources' digests.
    pub(crate) fn make(
        &self,
        request: &Request<'_>,
        record: Record,
        call: &Call<'_>,
    ) -> Result<Record, WorkspaceError> {
        let staging = self.staging(request.id);
        let made = self.stage(request, record, &staging, call);
        if made.is_err() {
            // The error to report is the first one; what is left here the next call removes.
            let _ = fs::remove_dir_all(&staging);
        }
        made
    }

    /// Refuses to copy the store, or what is half made in it.
    pub(crate) fn refuse_itself(&self, from: &Path) -> Result<(), WorkspaceError> {
        let inside = [&self.root, &self.root.join(".staging")].map(|path| path.canonicalize().ok());
        let from_there = from.canonicalize().ok();
        if from_there.is_some() && inside.contains(&from_there) {
            return Err(WorkspaceError::FromItself {
                path: from.to_owned(),
            });
        }
        Ok(())
    }

    fn stage(
        &self,
        request: &Request<'_>,
        mut record: Record,
        staging: &Path,
        call: &Call<'_>,
    ) -> Result<Record, WorkspaceError> {
        // A folder alone needs no devcontainer.
        let devcontainer = request.devcontainer.filter(|_| record.provider() == DEVPOD);
        sources::check_paths(request.files.iter().chain(devcontainer))?;
        create_private(staging)?;
        let source = staging.join("source");
        fs::create_dir(&source).map_err(WorkspaceError::storage("create", &source))?;
        if let Some(from) = request.from {
            self.refuse_itself(from.path())?;
            record.files = copy::Copy::new(from, &self.root, call).tree(&source)?;
            record.commits = commits::of(&source, call).unwrap_or_default();
        }
        let files = request.files.iter().chain(devcontainer);
        record.files.extend(sources::write(&source, files)?);
        record.write(staging)?;
        call.check_time()?;
        events::append(staging, Level::Info, "made from its template");
        let folder = self.folder(request.id);
        fs::rename(staging, &folder).map_err(WorkspaceError::storage("create", &folder))?;
        Ok(record)
    }

    /// Writes the record of a workspace that is there. Needs the lock.
    pub(crate) fn save(&self, record: &Record) -> Result<(), WorkspaceError> {
        record.write(&self.folder(record.id()))
    }

    /// Takes the workspace out of sight at once, then removes its files. Needs the lock.
    pub(crate) fn discard(&self, id: &WorkspaceId) -> Result<(), WorkspaceError> {
        let (folder, staging) = (self.folder(id), self.staging(id));
        fs::rename(&folder, &staging).map_err(WorkspaceError::storage("delete", &folder))?;
        remove(&staging)
    }

    /// The files of the workspace that would be lost with it, as an error where there are some.
    pub(crate) fn refuse_changes(
        &self,
        id: &WorkspaceId,
        record: &Record,
        call: &Call<'_>,
    ) -> Result<(), WorkspaceError> {
        let source = self.source(id);
        let mut files = commits::unsaved(&source, &record.commits, call)?;
        files.extend(sources::changed(&source, &record.files, call)?);
        if files.is_empty() {
            return Ok(());
        }
        Err(WorkspaceError::Modified {
            id: id.to_string(),
            files,
        })
    }

    /// Adds a line to the workspace's log; one that cannot be written harms nobody.
    pub(crate) fn note(&self, id: &WorkspaceId, level: Level, message: &str) {
        events::append(&self.folder(id), level, message);
    }

    /// What was done with the workspace, the oldest first.
    pub(crate) fn events(&self, id: &WorkspaceId) -> Result<Vec<Event>, WorkspaceError> {
        let folder = self.folder(id);
        events::read(&folder).map_err(WorkspaceError::storage("read the log in", &folder))
    }

    /// Removes garbage of killed processes; returns a row for each workspace that somebody is
    /// making or deleting.
    pub(crate) fn sweep(&self) -> Vec<Workspace> {
        let mut busy = Vec::new();
        for id in folders::ids(&self.root.join(".staging")).unwrap_or_default() {
            match Lock::try_now(&self.root.join(".locks"), &id) {
                // What cannot be removed now, on a disk that became read-only say, harms nobody.
                Ok(Some(_lock)) => drop(remove(&self.staging(&id))),
                Ok(None) => {
                    let record = Record::read(&self.staging(&id), &id);
                    let provider = record.map_or(LOCAL, |record| record.provider());
                    busy.push(self.row(id, provider, State::Busy));
                }
                Err(_) => {}
            }
        }
        busy
    }

    /// A row without what only a record knows.
    pub(crate) fn row(&self, id: WorkspaceId, provider: &'static str, state: State) -> Workspace {
        Workspace {
            path: self.source(&id),
            id,
            provider,
            language: None,
            state,
            created: None,
            new: false,
            error: None,
        }
    }
}

/// The state of a workspace whose sources are there.
pub(crate) fn running_or_stopped(stopped: bool) -> State {
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

/// Refuses to take a workspace of another language or provider for the one that is asked for.
pub(crate) fn refuse_other(
    request: &Request<'_>,
    record: &Record,
    wanted: &'static str,
) -> Result<(), WorkspaceError> {
    let id = request.id.to_string();
    if record.provider() != wanted {
        return Err(WorkspaceError::OtherProvider {
            id,
            existing: record.provider(),
            wanted,
        });
    }
    if record.language != request.language {
        return Err(WorkspaceError::Language {
            id,
            existing: record.language.clone(),
            wanted: request.language.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_the_workspace_whose_sources_it_is_in() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::at(directory.path());
        let id: WorkspaceId = "rust-1".parse().unwrap();
        fs::create_dir_all(store.source(&id).join("agents/score")).unwrap();
        assert_eq!(store.owner(&store.source(&id)), Some(id.clone()));
        assert_eq!(
            store.owner(&store.source(&id).join("agents/score")),
            Some(id.clone())
        );
        assert_eq!(store.owner(&store.folder(&id)), None);
        assert_eq!(store.owner(directory.path()), None);
    }

    #[test]
    fn the_store_itself_is_no_source_and_a_workspace_in_it_is_one() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::at(directory.path());
        let source = store.source(&"rust-1".parse().unwrap());
        fs::create_dir_all(&source).unwrap();
        store.prepare().unwrap();
        for path in [store.root().to_owned(), store.root().join(".staging")] {
            let error = store.refuse_itself(&path).unwrap_err();
            assert!(
                matches!(error, WorkspaceError::FromItself { .. }),
                "{error:?}"
            );
        }
        for path in [directory.path(), &source] {
            store.refuse_itself(path).unwrap();
        }
    }
}
