//! Python agents: their packages, and the bundle that they are built into.
//!
//! A Python agent is not compiled: Pyodide runs its source. Building finds the
//! packages that it asks for, has the interpreter read the source, and puts both
//! into one file.

mod answer;
mod bundler;
pub(crate) mod error;
mod fetch;
pub(crate) mod lock;
mod packages;
mod pip;
pub(crate) mod platform;
mod requirement;
mod resolve;
mod tools;
mod unpack;
mod uv;
mod wheel;

pub(crate) use bundler::Bundler;
pub use error::PythonError;
