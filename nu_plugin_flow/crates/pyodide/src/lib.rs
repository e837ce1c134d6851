//! Pyodide's CPython inside wasmtime, without a JavaScript engine.

mod distribution;
mod engine;
mod error;
mod exceptions;
#[allow(
    dead_code,
    reason = "the vocabulary of a whole file system, of which the guest needs most"
)]
mod files;
mod host;
mod instance;
mod libraries;
mod link;
mod pyodide;
mod snapshot;
mod state;

pub use cap_std::ambient_authority;
pub use cap_std::fs::Dir;
pub use distribution::{
    Distribution, DistributionError, FILES, INTERPRETER, LIBRARY, PYTHON, VERSION,
};
pub use engine::{configure, configure_pool};
pub use error::{Error, Exception};
pub use files::{Access, Mount, MountError, Mounts, Reason, Refusal};
pub use host::{Answer, Host};
pub use instance::{Function, Instance, Interrupt, Options};
pub use link::LinkError;
pub use pyodide::{CodeCache, NoCache, Pyodide};
pub use snapshot::Snapshot;
pub use state::Streams;
