//! Runs WebAssembly agents: handlers, commands and typed components, each in
//! a sandbox of its own with limits and permissions.
//!
//! [`Runtime::load`] makes a [`Program`] of a `.wasm` file; a [`Handler`] is
//! such a program with its [`Grants`], from which instances are spawned. Machine
//! code is compiled once and kept in the user's cache.

mod call;
mod capacity;
mod clock;
mod code;
mod command;
mod component;
mod engine;
mod error;
mod explain;
mod exports;
mod fiber;
mod grants;
mod handler;
mod host;
mod inspect;
mod interpreter;
mod limiter;
mod linkers;
mod peers;
mod probe;
mod program;
mod python;
mod record;
mod runtime;
mod state;
mod ticker;
mod usage;

pub use call::{Function, TypedComponent, TypedInstance, functions};
pub use code::Encoding;
pub use command::{Command, Run};
pub use engine::Profile;
pub use error::{LoadError, RunError};
pub use grants::{GrantError, Grants, silent};
pub use handler::{Handler, Instance};
pub use host::log::LogSink;
pub use host::pipe::{StandardInput, StandardOutput};
pub use inspect::component::resource_name;
pub use inspect::item::{Item, Signature};
pub use inspect::sections::{Memory, Producer};
pub use inspect::{Inspection, inspect};
pub use interpreter::agent::{EngineAgent, EngineFile};
pub use interpreter::contract::{EngineAnalysis, EngineProblem};
pub use interpreter::snapshot::{Initialiser, SnapshotError};
pub use peers::Directory;
pub use probe::ProbeError;
pub use program::{Kind, Program};
pub use pyodide_wasmtime::{
    Distribution, DistributionError, FILES as PYODIDE_FILES, VERSION as PYODIDE,
};
pub use python::sources::{Packages, PythonAgent};
pub use record::Call;
pub use runtime::{DEFAULT_INSTANCES, Runtime};
pub use tokio_util::sync::CancellationToken;
pub use usage::Usage;

/// The vocabulary of component values, for whoever converts to and from them.
pub mod typed {
    pub use wasmtime::component::{Type, Val, types};
}
