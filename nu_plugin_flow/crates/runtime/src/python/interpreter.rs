//! One Pyodide for an engine, and what it knows of sources and snapshots.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flow_cache::Cache;
use pyodide_wasmtime::{Distribution, Options, Pyodide, Snapshot};
use wasmtime::Engine;

use super::cache::Compiled;
use super::layout::WORK;
use super::snapshots;
use super::sources::Packages;
use crate::error::LoadError;

/// What names a snapshot in this process: its packages, and its modules.
type Key = (Option<Packages>, Vec<String>);

/// CPython for one engine, from which agents start.
pub(crate) struct Interpreter {
    pub(super) pyodide: Pyodide,
    cache: Cache,
    snapshots: Mutex<HashMap<Key, Arc<Snapshot>>>,
}

impl Interpreter {
    /// Makes it of Pyodide's files in `folder`; compiles what `cache` does not
    /// have.
    pub(crate) fn new(engine: &Engine, cache: &Cache, folder: &Path) -> Result<Self, LoadError> {
        let distribution =
            Distribution::open(folder).map_err(|error| LoadError::python(error.into()))?;
        let pyodide = Pyodide::new(engine, distribution, Compiled(cache.clone()))
            .map_err(LoadError::python)?;
        Ok(Self {
            pyodide,
            cache: cache.clone(),
            snapshots: Mutex::default(),
        })
    }

    /// The snapshot in which `preload` was imported, with these packages.
    pub(super) fn snapshot(
        &self,
        packages: Option<&Packages>,
        preload: &[String],
    ) -> Result<Arc<Snapshot>, LoadError> {
        let key = (packages.cloned(), preload.to_vec());
        let known = || {
            self.snapshots
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(snapshot) = known().get(&key) {
            return Ok(snapshot.clone());
        }
        let made = wasmtime_wasi::runtime::in_tokio(snapshots::snapshot(
            &self.cache,
            &self.pyodide,
            packages,
            preload,
        ));
        let snapshot = Arc::new(made?);
        known().insert(key, snapshot.clone());
        Ok(snapshot)
    }

    /// Asks Python itself what a source is. Takes and gives JSON: see
    /// `analyse` in `agent.py`.
    pub(crate) fn analyse(&self, question: &[u8]) -> Result<Vec<u8>, LoadError> {
        let snapshot = self.snapshot(None, &[])?;
        wasmtime_wasi::runtime::in_tokio(async {
            let options = Options {
                directory: WORK.into(),
                ..Options::default()
            };
            let analyse = snapshot
                .function("analyse")
                .ok_or_else(|| LoadError::host("the snapshot has no `analyse`".into()))?;
            let mut instance = self
                .pyodide
                .start(&snapshot, options)
                .await
                .map_err(LoadError::python)?;
            instance
                .call(analyse, question)
                .await
                .map_err(LoadError::python)
        })
    }
}
