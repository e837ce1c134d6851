//! The Python that this crate adds: what an interpreter does at its start, and
//! how it tells of exceptions.

/// Its source.
pub(crate) const SOURCE: &str = include_str!("python/_pyodide_wasmtime.py");
/// Where it is.
pub(crate) const PATH: &str = "/lib/python3.14/site-packages/_pyodide_wasmtime.py";
/// Under which name it is imported.
pub(crate) const MODULE: &str = "_pyodide_wasmtime";
