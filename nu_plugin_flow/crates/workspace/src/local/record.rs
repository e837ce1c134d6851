//! `record.json`: what flow knows about a workspace, version 1.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::WorkspaceError;
use crate::provider::WorkspaceId;

const FILE: &str = "record.json";
const SCHEMA: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    schema: u32,
    id: WorkspaceId,
    pub(super) language: String,
    /// Milliseconds since 1970.
    created: u64,
    pub(super) stopped: bool,
    /// SHA-256 in hexadecimal of each provisioned file, by its path with `/` below the source folder.
    pub(super) files: BTreeMap<String, String>,
}

/// Read first, so that a record of a later version is named as such.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

impl Record {
    pub(super) fn new(id: &WorkspaceId, language: &str, files: BTreeMap<String, String>) -> Record {
        let created = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Record {
            schema: SCHEMA,
            id: id.clone(),
            language: language.to_owned(),
            created: u64::try_from(created.as_millis()).unwrap_or(u64::MAX),
            stopped: false,
            files,
        }
    }

    pub(super) fn created(&self) -> SystemTime {
        let since = Duration::from_millis(self.created);
        UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
    }

    /// Reads the record of workspace `id` in `folder`.
    pub(super) fn read(folder: &Path, id: &WorkspaceId) -> Result<Record, WorkspaceError> {
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
    pub(super) fn write(&self, folder: &Path) -> Result<(), WorkspaceError> {
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
