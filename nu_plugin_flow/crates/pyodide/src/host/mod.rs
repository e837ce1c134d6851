//! Emscripten's system interface: the functions that Pyodide's module imports,
//! one file for each kind. What no program without a browser needs stays
//! absent and fails by its name.

mod absent;
mod buffers;
mod calls;
mod dynamic_linking;
mod environment;
mod files;
mod guest;
mod metadata;
mod namespace;
mod process;
mod sockets;
mod time;

use wasmtime::{Linker, Module};

use crate::state::State;

/// Defines everything that `main` imports but its memory.
pub(crate) fn link(linker: &mut Linker<State>, main: &Module) -> wasmtime::Result<()> {
    environment::link(linker)?;
    files::link(linker)?;
    metadata::link(linker)?;
    time::link(linker)?;
    process::link(linker)?;
    sockets::link(linker)?;
    dynamic_linking::link(linker)?;
    absent::link(linker, main)
}
