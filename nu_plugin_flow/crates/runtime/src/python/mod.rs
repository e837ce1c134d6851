//! Python agents: the real CPython of Pyodide, in an engine of its own.

mod cache;
pub(crate) mod command;
mod explain;
mod host;
pub(crate) mod instance;
pub(crate) mod interpreter;
mod layout;
pub(crate) mod program;
mod questions;
mod snapshots;
pub(crate) mod sources;
