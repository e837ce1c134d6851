//! What it takes to run one Python agent.

use std::sync::{Arc, OnceLock};

use pyodide_wasmtime::{Function, Snapshot};

use super::interpreter::Interpreter;
use super::layout::FOLDER;
use super::sources::{Packages, PythonAgent};
use crate::error::{LoadError, RunError};

/// A Python agent, ready to be spawned.
pub(crate) struct PythonProgram {
    pub(super) interpreter: Arc<Interpreter>,
    pub(super) snapshot: Snapshot,
    pub(super) packages: Option<Packages>,
    entry: String,
    /// The code of its entry, once an instance has compiled it.
    compiled: OnceLock<Vec<u8>>,
}

impl PythonProgram {
    /// Gets an agent ready: takes or finds its snapshot, and puts its files
    /// where it looks for them.
    pub(crate) fn prepare(
        interpreter: Arc<Interpreter>,
        agent: &PythonAgent,
    ) -> Result<Self, LoadError> {
        let snapshot = interpreter.snapshot(agent.packages.as_ref(), &agent.preload)?;
        let files = agent
            .files
            .iter()
            .map(|(path, content)| (format!("{FOLDER}/{path}"), content.clone().into()));
        Ok(Self {
            snapshot: snapshot.with_files(files).map_err(LoadError::python)?,
            interpreter,
            packages: agent.packages.clone(),
            entry: agent.entry.clone(),
            compiled: OnceLock::new(),
        })
    }

    /// The function of the glue with that name.
    pub(crate) fn function(&self, name: &str) -> Result<Function, RunError> {
        self.snapshot.function(name).ok_or_else(|| RunError::Host {
            reason: format!("the snapshot has no `{name}`"),
        })
    }

    /// What a handler's instance takes at its beginning: see `load` in `agent.py`.
    pub(crate) fn entry(&self) -> Vec<u8> {
        let compiled = self.compiled.get().map_or(&[][..], Vec::as_slice);
        [self.entry.as_bytes(), b"\0", compiled].concat()
    }

    /// Keeps the code of the entry that an instance compiled; nothing where it had it.
    pub(crate) fn keep(&self, compiled: Vec<u8>) {
        if !compiled.is_empty() {
            self.compiled.get_or_init(|| compiled);
        }
    }

    /// What a program takes at its beginning: see `run` in `agent.py`.
    pub(super) fn begin(&self, arguments: &[String]) -> Result<Vec<u8>, RunError> {
        let payload = serde_json::json!({ "entry": self.entry, "arguments": arguments });
        serde_json::to_vec(&payload).map_err(|error| RunError::Host {
            reason: error.to_string(),
        })
    }
}
