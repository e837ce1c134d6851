//! What an interpreter is given.

use std::sync::Arc;

use bytes::Bytes;

use crate::calls::Host;
use crate::files::Mounts;
use crate::state::Streams;

/// Called at every tick of the engine's epoch while Python runs; an error
/// stops it.
pub type Interrupt = Arc<dyn Fn() -> wasmtime::Result<()> + Send + Sync>;

/// What an interpreter is given. By default it has nothing: no files but its
/// own, no variables, no input, and nobody hears it.
pub struct Options {
    /// Environment variables.
    pub environment: Vec<(String, String)>,
    /// Directories of the host. Interpreters with the same grants share them.
    pub mounts: Arc<Mounts>,
    /// Files that it has beside Python's own, by their absolute paths; only
    /// for [`crate::Pyodide::boot`].
    pub files: Vec<(String, Bytes)>,
    /// The directory in which it begins.
    pub directory: String,
    /// Its standard streams.
    pub streams: Streams,
    /// Bytes of linear memory. Python itself takes about 40 MiB.
    pub memory: u64,
    /// Bytes that its own files may take, beside those of Python.
    pub scratch: u64,
    /// What stops it.
    pub interrupt: Option<Interrupt>,
    /// What it can call, by `call_host` of the module `_pyodide_wasmtime`.
    pub host: Option<Box<dyn Host>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            environment: Vec::new(),
            mounts: Arc::default(),
            files: Vec::new(),
            directory: "/home/pyodide".into(),
            streams: Streams::default(),
            memory: 512 << 20,
            scratch: 64 << 20,
            interrupt: None,
            host: None,
        }
    }
}
