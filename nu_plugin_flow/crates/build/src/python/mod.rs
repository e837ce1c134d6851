//! Python agents: their packages, and the bundle that they are built into.
//!
//! A Python agent is not compiled: Pyodide runs its source. Building finds the
//! packages that it asks for ([`packages`]), has the interpreter read the
//! source, and writes both into one file.

mod bundler;
mod error;
mod fetch;
mod lock;
mod packages;
mod pip;
mod platform;
mod requirement;
mod resolve;
mod script;
mod toml_place;
mod tools;
mod unpack;
mod uv;
mod wheel;

pub(crate) use bundler::Bundler;
pub use error::PythonError;
pub(crate) use lock::{FILE_NAME as LOCK_FILE, platform_tag};
