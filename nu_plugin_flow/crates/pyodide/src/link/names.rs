//! Names in the modules that are read and written.

/// Under this name the rewritten main module exports its `n`th mutable global
/// that had no name before.
pub(crate) const MUTABLE_GLOBAL: &str = "pyodide-wasmtime:global:";
/// The name of the call trampoline, which the main module gets.
pub(crate) const TRAMPOLINE: &str = "pyodide-wasmtime:trampoline";
/// The namespaces of the global offset table, through which Emscripten's
/// modules find the addresses of what is not theirs.
pub(crate) const OFFSETS_OF_DATA: &str = "GOT.mem";
/// The same for functions.
pub(crate) const OFFSETS_OF_FUNCTIONS: &str = "GOT.func";
