//! All providers at once: each workspace is handled by the one that made it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::call::Call;
use crate::devpod::{DevpodProvider, DevpodSettings};
use crate::error::WorkspaceError;
use crate::local::LocalProvider;
use crate::origin::Origin;
use crate::provider::{Provider, Request};
use crate::store::{DEVPOD, Event, LOCAL, Record, Store};
use crate::workspace::{Workspace, WorkspaceId};
use flow_process::{Command, Outcome};

/// Time to find out whether a provider knows a workspace that has no folder.
const GLANCE: Duration = Duration::from_secs(5);

/// Every provider of one data directory.
#[derive(Clone, Debug)]
pub struct Providers {
    store: Store,
    local: Arc<LocalProvider>,
    devpod: Arc<DevpodProvider>,
    preference: Preference,
}

/// Where new workspaces are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preference {
    /// There, and a workspace of the same name elsewhere is in the way.
    Only(&'static str),
    /// There, unless a workspace of the same name is elsewhere already.
    Rather(&'static str),
}

impl Providers {
    /// The names that users type, beside `auto`.
    pub const NAMES: [&'static str; 2] = [DEVPOD, LOCAL];

    /// Workspaces in `data_directory/workspaces`; without one in `$FLOW_DATA_DIR`, else
    /// `$XDG_DATA_HOME/flow`, else `~/.local/share/flow`.
    ///
    /// # Errors
    /// No data directory is named, and none of these is known.
    pub fn new(
        data_directory: Option<&Path>,
        settings: &DevpodSettings,
    ) -> Result<Providers, WorkspaceError> {
        let store = match data_directory {
            Some(data_directory) => Store::at(data_directory),
            None => Store::locate()?,
        };
        Ok(Providers {
            local: Arc::new(LocalProvider::of(
                store.clone(),
                settings.environment.as_ref(),
            )),
            devpod: Arc::new(DevpodProvider::of(store.clone(), settings)),
            store,
            preference: Preference::Rather(LOCAL),
        })
    }

    /// As `self`, with new workspaces on the provider called `name` and nowhere else.
    #[must_use]
    pub fn only(mut self, name: &str) -> Providers {
        self.preference = Preference::Only(known(name));
        self
    }

    /// As `self`, with new workspaces on DevPod where trying it shows that it works, and else on this
    /// machine; then also why.
    pub fn automatic(mut self, call: &Call<'_>) -> (Providers, Option<WorkspaceError>) {
        let (name, why) = match self.devpod.probe(call) {
            Ok(_) => (DEVPOD, None),
            Err(error) => (LOCAL, Some(error)),
        };
        self.preference = Preference::Rather(name);
        (self, why)
    }

    /// The provider called `name`.
    pub fn named(&self, name: &str) -> Arc<dyn Provider> {
        match known(name) {
            DEVPOD => Arc::clone(&self.devpod) as Arc<dyn Provider>,
            _ => Arc::clone(&self.local) as Arc<dyn Provider>,
        }
    }

    /// The provider of a workspace that is there.
    pub fn of(&self, id: &WorkspaceId) -> Arc<dyn Provider> {
        self.named(self.name_of(id))
    }

    /// The workspace in whose sources `path` is, if it is in one.
    pub fn owner(&self, path: &Path) -> Option<WorkspaceId> {
        self.store.owner(path)
    }

    /// The folder of the workspace's sources on this machine.
    pub fn source(&self, id: &WorkspaceId) -> PathBuf {
        self.store.source(id)
    }

    /// The ids of all workspaces that have a folder, with their languages where these can be read;
    /// no provider is asked.
    pub fn known(&self) -> Vec<(WorkspaceId, Option<String>)> {
        let ids = self.store.ids().unwrap_or_default();
        let known = ids.into_iter().map(|id| {
            let record = Record::read(&self.store.folder(&id), &id).ok();
            (id, record.map(|record| record.language))
        });
        known.collect()
    }

    /// Whether there is such a workspace: its folder, or else what a provider has of it.
    pub fn has(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<bool, WorkspaceError> {
        if self.store.folder(id).exists() {
            return Ok(true);
        }
        let found = self
            .devpod
            .status(id, &Call::new(call.cancel, Some(GLANCE)));
        call.check()?;
        match found {
            Ok(_) => Ok(true),
            Err(WorkspaceError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether a copy of `origin` can be made.
    ///
    /// # Errors
    /// It is the folder in which all workspaces are.
    pub fn check_origin(&self, origin: &Origin) -> Result<(), WorkspaceError> {
        self.store.refuse_itself(origin.path())
    }

    fn name_of(&self, id: &WorkspaceId) -> &'static str {
        match self.store.provider(id) {
            Some(name) => name,
            // A workspace whose folder was removed may live on in DevPod.
            None if !self.store.folder(id).exists() => DEVPOD,
            None => LOCAL,
        }
    }
}

fn known(name: &str) -> &'static str {
    if name == DEVPOD { DEVPOD } else { LOCAL }
}

impl Provider for Providers {
    fn name(&self) -> &'static str {
        let (Preference::Only(name) | Preference::Rather(name)) = self.preference;
        name
    }

    fn probe(&self, call: &Call<'_>) -> Result<String, WorkspaceError> {
        self.named(self.name()).probe(call)
    }

    fn create(&self, request: Request<'_>, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        let name = match self.preference {
            Preference::Only(name) => name,
            Preference::Rather(name) => self.store.provider(request.id).unwrap_or(name),
        };
        self.named(name).create(request, call)
    }

    fn list(&self, call: &Call<'_>) -> Result<Vec<Workspace>, WorkspaceError> {
        let both = self
            .local
            .list(call)?
            .into_iter()
            .chain(self.devpod.list(call)?);
        let rows: BTreeMap<WorkspaceId, Workspace> =
            both.map(|row| (row.id.clone(), row)).collect();
        Ok(rows.into_values().collect())
    }

    fn status(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.of(id).status(id, call)
    }

    fn start(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.of(id).start(id, call)
    }

    fn stop(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        self.of(id).stop(id, call)
    }

    fn exec(
        &self,
        id: &WorkspaceId,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError> {
        self.of(id).exec(id, command, cancel, on_line)
    }

    fn logs(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<Vec<Event>, WorkspaceError> {
        self.of(id).logs(id, call)
    }

    fn delete(&self, id: &WorkspaceId, force: bool, call: &Call<'_>) -> Result<(), WorkspaceError> {
        match self.store.provider(id) {
            // A record that cannot be read does not say whose it is: DevPod may have a part of it.
            None if force => self.devpod.delete(id, force, call),
            _ => self.of(id).delete(id, force, call),
        }
    }

    fn inside(&self, id: &WorkspaceId, call: &Call<'_>) -> Result<PathBuf, WorkspaceError> {
        self.of(id).inside(id, call)
    }

    fn copy_out(
        &self,
        id: &WorkspaceId,
        from: &Path,
        to: &Path,
        call: &Call<'_>,
    ) -> Result<u64, WorkspaceError> {
        self.of(id).copy_out(id, from, to, call)
    }
}
