//! What it takes to run one Python agent.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pyodide_wasmtime::Snapshot;

use super::interpreter::Interpreter;
use crate::error::RunError;

/// A Python agent, as a build leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PythonAgent {
    /// The file that it begins with, below its folder: `score.py`.
    pub entry: String,
    /// Whether that file has a function `handle`; else it is a program with
    /// standard streams.
    pub handler: bool,
    /// All its files, by their paths below its folder.
    pub files: Vec<(String, Vec<u8>)>,
    /// The packages that it was locked to.
    pub packages: Option<Packages>,
    /// Modules of the standard library and of packages that it imports, which
    /// its snapshot has imported already; `module:name` for a name from one.
    pub preload: Vec<String>,
}

/// Unpacked packages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Packages {
    /// What names their exact content.
    pub key: String,
    /// The folder that Python finds them in.
    pub folder: PathBuf,
}

/// A Python agent, ready to be spawned.
pub(crate) struct Code {
    pub(crate) interpreter: Arc<Interpreter>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) entry: String,
    pub(crate) packages: Option<Packages>,
    /// The code of its entry, once an instance has compiled it.
    pub(super) compiled: OnceLock<Vec<u8>>,
}

impl Code {
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
    pub(crate) fn begin(&self, arguments: &[String]) -> Result<Vec<u8>, RunError> {
        let payload = serde_json::json!({ "entry": self.entry, "arguments": arguments });
        serde_json::to_vec(&payload).map_err(|error| RunError::Host {
            reason: error.to_string(),
        })
    }
}
