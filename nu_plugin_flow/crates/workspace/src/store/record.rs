//! `record.json`: what flow knows about a workspace, version 1.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::WorkspaceError;
use crate::workspace::WorkspaceId;

/// The name of the provider whose workspaces are folders and nothing else.
pub(crate) const LOCAL: &str = "local";
/// The name of the provider that has a DevPod workspace beside each folder.
pub(crate) const DEVPOD: &str = "devpod";

const FILE: &str = "record.json";
const SCHEMA: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    schema: u32,
    id: WorkspaceId,
    pub(crate) language: String,
    /// Milliseconds since 1970.
    created: u64,
    pub(crate) stopped: bool,
    /// Records of the first version have none: there was only one provider.
    #[serde(default = "local")]
    provider: String,
    /// False while a provider is bringing up what belongs to the folder: one that stays so was
    /// interrupted.
    #[serde(default = "ready")]
    pub(crate) ready: bool,
    /// The devcontainer to bring up, below the source folder; the project's own where there is none.
    #[serde(default)]
    pub(crate) devcontainer: Option<String>,
    /// SHA-256 in hexadecimal of each provisioned file, by its path with `/` below the source folder.
    pub(crate) files: BTreeMap<String, String>,
    /// The commits that came along with the sources, by the references that lead to them.
    #[serde(default)]
    pub(crate) commits: BTreeMap<String, String>,
}

fn local() -> String {
    LOCAL.to_owned()
}

fn ready() -> bool {
    true
}

/// Read first, so that a record of a later version is named as such.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

impl Record {
    /// The record of a workspace that is being made now.
    pub(crate) fn new(id: &WorkspaceId, language: &str, provider: &str) -> Record {
        let created = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Record {
            schema: SCHEMA,
            id: id.clone(),
            language: language.to_owned(),
            created: u64::try_from(created.as_millis()).unwrap_or(u64::MAX),
            stopped: false,
            provider: provider.to_owned(),
            ready: true,
            devcontainer: None,
            files: BTreeMap::new(),
            commits: BTreeMap::new(),
        }
    }

    pub(crate) fn id(&self) -> &WorkspaceId {
        &self.id
    }

    /// The provider; one of a later version of flow counts as a folder.
    pub(crate) fn provider(&self) -> &'static str {
        match self.provider.as_str() {
            DEVPOD => DEVPOD,
            _ => LOCAL,
        }
    }

    pub(crate) fn created(&self) -> SystemTime {
        let since = Duration::from_millis(self.created);
        UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
    }

    /// Reads the record of workspace `id` in `folder`.
    pub(crate) fn read(folder: &Path, id: &WorkspaceId) -> Result<Record, WorkspaceError> {
        let damaged = |reason: String| WorkspaceError::Damaged {
            id: id.to_string(),
            path: folder.to_path_buf(),
            reason,
        };
        let unreadable = |error: &dyn std::fmt::Display| format!("`{FILE}` is unreadable: {error}");
        let text = fs::read(folder.join(FILE)).map_err(|error| damaged(unreadable(&error)))?;
        let version: Version =
            serde_json::from_slice(&text).map_err(|error| damaged(unreadable(&error)))?;
        if version.schema != SCHEMA {
            let schema = version.schema;
            return Err(damaged(format!(
                "made by another version of flow, with schema {schema}"
            )));
        }
        let record: Record =
            serde_json::from_slice(&text).map_err(|error| damaged(unreadable(&error)))?;
        if record.id != *id {
            return Err(damaged(format!(
                "its folder was renamed: it was made as `{}`",
                record.id
            )));
        }
        Ok(record)
    }

    /// Writes the record into `folder` by one rename; the caller holds the workspace's lock.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), WorkspaceError> {
        let path = folder.join(FILE);
        self.replace(folder, &path)
            .map_err(WorkspaceError::storage("write", &path))
    }

    fn replace(&self, folder: &Path, path: &Path) -> io::Result<()> {
        let next = folder.join("record.json.next");
        let mut file = File::create(&next)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&next, path)
    }
}
