//! Pyodide's CPython inside wasmtime, without a JavaScript engine.

mod bootstrap;
mod calls;
mod capture;
mod distribution;
mod engine;
mod error;
mod exceptions;
#[allow(
    dead_code,
    reason = "the vocabulary of a whole file system, of which the guest needs most"
)]
mod files;
mod function;
mod host;
mod instance;
mod libraries;
mod link;
mod loading;
mod modules;
mod pyodide;
mod snapshot;
mod state;

pub use calls::{Answer, Host};
pub use cap_std::ambient_authority;
pub use cap_std::fs::Dir;
pub use distribution::{
    Distribution, DistributionError, FILES, INTERPRETER, LIBRARY, PYTHON, VERSION,
};
pub use engine::{configure, configure_pool};
pub use error::{Error, Exception};
pub use files::{Access, Mount, MountError, Mounts, Reason, Refusal};
pub use function::Function;
pub use instance::{Instance, Interrupt, Options};
pub use link::LinkError;
pub use modules::{CodeCache, NoCache};
pub use pyodide::Pyodide;
pub use snapshot::Snapshot;
pub use state::Streams;
