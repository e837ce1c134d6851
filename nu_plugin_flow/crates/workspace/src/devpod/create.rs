//! Making and deleting a workspace, so that whoever is killed in between leaves what the next call
//! understands.
//!
//! The folder appears first, with a record that says that it is not ready; then DevPod makes its
//! part; then the record says that it is ready. A record that is not ready and whose lock nobody
//! holds was interrupted: the next provisioning finishes it, deleting removes it.

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::provider::{Provider, Request};
use crate::store::{DEVPOD, Level, Record, refuse_other};
use crate::workspace::{State, Workspace, WorkspaceId};

use super::client::UP;
use super::error::DevpodError;
use super::{DevpodProvider, PATIENCE};

impl DevpodProvider {
    pub(super) fn make(
        &self,
        request: &Request<'_>,
        call: &Call<'_>,
    ) -> Result<Workspace, WorkspaceError> {
        let id = request.id;
        self.store.prepare()?;
        let _lock = self.store.lock(id, call, UP)?;
        self.store.clear(id)?;
        match self.store.look(id) {
            Err(WorkspaceError::NotFound { .. }) => {}
            Err(error) => return Err(error),
            Ok((workspace, record)) => {
                let Some(record) = record else {
                    return workspace
                        .error
                        .map_or(Err(WorkspaceError::NotFound { id: id.to_string() }), Err);
                };
                refuse_other(request, &record, DEVPOD)?;
                match (workspace.state, workspace.error) {
                    // Without sources there is nothing to keep.
                    (State::Missing, _) => {
                        self.delete_container(id, call)?;
                        self.store.discard(id)?;
                    }
                    (_, Some(error)) => return Err(error),
                    (..) => return self.finish(record, call),
                }
            }
        }
        match self.listed(id, call)? {
            None => {}
            // Its folder was removed behind our back.
            Some(Some(listed)) if self.is_ours(id, &listed) => self.delete_container(id, call)?,
            Some(_) => return Err(DevpodError::Clash { id: id.to_string() }.into()),
        }
        let mut record = Record::new(id, request.language, DEVPOD);
        record.ready = false;
        record.devcontainer = request
            .devcontainer
            .map(|(path, _)| path.to_string_lossy().into_owned());
        let record = self.store.make(request, record, call)?;
        self.bring_up(record, call)
    }

    /// A workspace whose folder is there: as it is, if its container is there too.
    fn finish(&self, record: Record, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        let id = record.id().clone();
        if !record.ready {
            self.store.note(
                &id,
                Level::Warning,
                "an interrupted set-up is taken up again",
            );
            return self.bring_up(record, call);
        }
        match self.container(&id, call)? {
            State::Running => {}
            // Deleted or stopped since; what somebody wrote in the folder stays.
            _ => {
                self.up(&record, call)?;
                self.mark(record, false)?;
            }
        }
        self.status(&id, call)
    }

    fn bring_up(&self, record: Record, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        if let Err(error) = self.up(&record, call) {
            self.undo(&record);
            return Err(error);
        }
        let id = record.id().clone();
        self.mark(record, false)?;
        let (mut workspace, _) = self.store.usable(&id)?;
        workspace.new = true;
        Ok(workspace)
    }

    pub(super) fn remove(
        &self,
        id: &WorkspaceId,
        force: bool,
        call: &Call<'_>,
    ) -> Result<(), WorkspaceError> {
        // Looked for before the lock, which would leave a file for every mistyped id.
        if !self.store.folder(id).exists() {
            self.status(id, call)?;
        }
        self.store.prepare()?;
        let _lock = self.store.lock(id, call, PATIENCE)?;
        self.store.clear(id)?;
        let (workspace, record) = match self.store.look(id) {
            Err(WorkspaceError::NotFound { .. }) => return self.delete_container(id, call),
            found => found?,
        };
        let is_readable = record.is_some();
        if !force {
            match (workspace.state, record) {
                (State::Missing, _) => {}
                (_, Some(record)) if workspace.error.is_none() => {
                    self.store.refuse_changes(id, &record, call)?;
                }
                _ => return workspace.error.map_or(Ok(()), Err),
            }
            // Where Docker is down, DevPod forgets the workspace and leaves its container.
            self.container(id, call)?;
        }
        let deleted = match is_readable {
            true => self.delete_container(id, call),
            false => self.delete_own_container(id, call),
        };
        match deleted {
            // Somebody who no longer has DevPod can still be rid of the folder.
            Err(WorkspaceError::Devpod(DevpodError::Missing { .. })) if force => {}
            deleted => deleted?,
        }
        self.store.discard(id)
    }

    /// Deletes DevPod's part of a workspace whose record does not say that it has one.
    fn delete_own_container(
        &self,
        id: &WorkspaceId,
        call: &Call<'_>,
    ) -> Result<(), WorkspaceError> {
        match self.listed(id, call)? {
            Some(Some(listed)) if self.is_ours(id, &listed) => self.delete_container(id, call),
            _ => Ok(()),
        }
    }
}
