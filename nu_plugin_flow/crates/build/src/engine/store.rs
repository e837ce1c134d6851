//! Engines as they are installed: made ready once, kept as a core module (for the
//! snapshots of built agents) and as a component (which runs sources).

use std::{fs, io, path::PathBuf};

use flow_cache::Digest;
use serde::{Deserialize, Serialize};

use super::error::EngineError;
use crate::file_mode;

/// The engines that there can be, by the toolchain that installs them.
pub const NAMES: [&str; 2] = ["javascript", "nushell"];

const CORE: &str = "core.wasm";
const COMPONENT: &str = "engine.wasm";
const RECORD: &str = "engine.json";

/// The folder in which engines are, one folder each.
#[derive(Debug, Clone)]
pub struct EngineStore {
    pub(super) root: PathBuf,
}

/// An engine that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// What it is, and whence it came.
    pub record: EngineRecord,
    /// The core module, with its language ready.
    pub core: PathBuf,
    /// The same as a component.
    pub component: PathBuf,
}

/// What is known of an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineRecord {
    /// Such as `javascript`.
    pub name: String,
    /// As it says of itself; nothing where it says none.
    pub version: Option<String>,
    /// The digest of the core module that it was made of.
    pub digest: Digest,
    /// Where that came from: a path, or `built from the sources in flow`.
    pub origin: String,
    /// How many commands, globals or modules its language has here.
    pub vocabulary: usize,
    /// The digests of the files, with which they are whole.
    pub(super) core: Digest,
    pub(super) component: Digest,
}

impl EngineStore {
    /// The engines in `root`, which is made when one is installed.
    pub fn at(root: PathBuf) -> EngineStore {
        EngineStore { root }
    }

    /// The engine called `name`; nothing where it is not installed.
    ///
    /// # Errors
    /// It is there, but cannot be read or was damaged.
    pub fn find(&self, name: &str) -> Result<Option<Engine>, EngineError> {
        let folder = self.folder(name);
        let path = folder.join(RECORD);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(EngineError::io("read", path, source)),
        };
        let damaged = |reason: String| EngineError::Damaged {
            name: name.to_owned(),
            reason,
        };
        let record: EngineRecord =
            serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        let engine = Engine {
            core: folder.join(CORE),
            component: folder.join(COMPONENT),
            record,
        };
        for path in [&engine.core, &engine.component] {
            if !path.is_file() {
                return Err(damaged(format!("there is no `{}`", path.display())));
            }
        }
        Ok(Some(engine))
    }

    /// The engine called `name`, which has to be there.
    ///
    /// # Errors
    /// As [`EngineStore::find`], or it is not installed.
    pub fn need(&self, name: &'static str) -> Result<Engine, EngineError> {
        self.find(name)?.ok_or(EngineError::Missing { name })
    }

    /// Whether the files of an engine are those that were installed.
    ///
    /// # Errors
    /// One is not, or cannot be read.
    pub fn check(&self, engine: &Engine) -> Result<(), EngineError> {
        let record = &engine.record;
        for (path, expected) in [
            (&engine.core, record.core),
            (&engine.component, record.component),
        ] {
            let found = Digest::of_file(path)
                .map_err(|source| EngineError::io("read", path.clone(), source))?;
            if found != expected {
                return Err(EngineError::Damaged {
                    name: record.name.clone(),
                    reason: format!("`{}` was changed", path.display()),
                });
            }
        }
        Ok(())
    }

    /// Removes the engine called `name`, where it is there.
    ///
    /// # Errors
    /// A file of it cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), EngineError> {
        let folder = self.folder(name);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(EngineError::io("remove", folder, error))
            }
            _ => Ok(()),
        }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Puts an engine into its place as a whole.
    pub(super) fn put(
        &self,
        record: &EngineRecord,
        core: &[u8],
        component: &[u8],
    ) -> Result<(), EngineError> {
        let write = |path: PathBuf, bytes: &[u8]| {
            fs::write(&path, bytes).map_err(|source| EngineError::io("write", path, source))
        };
        let made = |source| EngineError::io("create", self.root.clone(), source);
        fs::create_dir_all(&self.root).map_err(made)?;
        let staging = tempfile::tempdir_in(&self.root).map_err(made)?;
        write(staging.path().join(CORE), core)?;
        write(staging.path().join(COMPONENT), component)?;
        let text = serde_json::to_vec_pretty(record).unwrap_or_default();
        write(staging.path().join(RECORD), &text)?;
        let folder = self.folder(&record.name);
        // What runs has its files open already; nobody else sees a half.
        self.remove(&record.name)?;
        fs::rename(staging.path(), &folder)
            .map_err(|source| EngineError::io("write", folder.clone(), source))?;
        // The folder was a temporary one, and private.
        file_mode::set(&folder, 0o755).map_err(|source| EngineError::io("write", folder, source))
    }
}
