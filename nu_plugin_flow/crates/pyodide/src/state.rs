//! What the host keeps for one interpreter, behind wasmtime's store.

use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime::{Memory, ResourceLimiter, Table};

use crate::calls::Calls;
use crate::files::FileSystem;
use crate::libraries::Libraries;
use crate::modules::Modules;

/// The state of one interpreter.
pub(crate) struct State {
    /// What all interpreters of one [`crate::Pyodide`] share.
    pub modules: Arc<Modules<State>>,
    pub files: FileSystem,
    pub streams: Streams,
    /// `NAME=value`, without a terminator.
    pub environment: Vec<Vec<u8>>,
    pub memory: MemoryLimiter,
    /// What Python can call, where there is anything.
    pub calls: Option<Calls>,
    pub libraries: Libraries,
    /// Known once the main module is instantiated.
    pub guest: Option<Guest>,
    /// Where its monotonic clock began.
    pub started: Instant,
}

/// The parts of the main module that host functions use.
#[derive(Clone, Copy)]
pub(crate) struct Guest {
    pub memory: Memory,
    pub table: Table,
    pub main: wasmtime::Instance,
}

/// The standard streams of one interpreter. Reading and writing may wait.
pub struct Streams {
    /// What `sys.stdin` reads.
    pub input: Box<dyn AsyncRead + Send + Unpin>,
    /// Where `sys.stdout` writes.
    pub output: Box<dyn AsyncWrite + Send + Unpin>,
    /// Where `sys.stderr` writes.
    pub error: Box<dyn AsyncWrite + Send + Unpin>,
}

impl Default for Streams {
    /// No input, and output that is forgotten.
    fn default() -> Self {
        Self {
            input: Box::new(tokio::io::empty()),
            output: Box::new(tokio::io::sink()),
            error: Box::new(tokio::io::sink()),
        }
    }
}

/// Bounds the memory of one interpreter. Refusing to grow it becomes a
/// `MemoryError` in Python.
#[derive(Debug, Default)]
pub(crate) struct MemoryLimiter {
    pub limit: u64,
    pub peak: u64,
    /// Bytes that were asked for and refused.
    pub refused: Option<u64>,
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let desired = desired as u64;
        if desired > self.limit {
            self.refused = Some(desired);
            return Ok(false);
        }
        self.peak = self.peak.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // Only the host grows the table, for libraries and callbacks.
        Ok(true)
    }
}
