//! Runs WebAssembly agents: handlers, commands and typed components, each in
//! a sandbox of its own with limits and permissions.
//!
//! [`Runtime::load`] makes a [`Program`] of a `.wasm` file; a [`Handler`] is
//! such a program with its [`Grants`], from which instances are spawned. Machine
//! code is compiled once and kept in the user's cache.

mod call;
mod capacity;
mod command;
mod engine;
mod error;
mod handler;
mod host;
mod inspect;
mod interpreter;
mod limits;
mod live;
mod peers;
mod permissions;
mod probe;
mod program;
mod python;
mod record;
mod runtime;
mod state;
mod stop;
mod ticker;

pub use call::{Function, TypedComponent, TypedInstance, functions};
pub use command::{Command, Run, Usage};
pub use engine::Profile;
pub use error::{LoadError, RunError};
pub use handler::{Handler, Instance};
pub use host::log::LogSink;
pub use host::pipe::{StandardInput, StandardOutput};
pub use inspect::{Inspection, Item, Memory, Producer, Signature, inspect, resource_name};
pub use interpreter::{
    EngineAgent, EngineAnalysis, EngineFile, EngineProblem, Initialiser, SnapshotError,
};
pub use limits::{LimitError, Limits, parse_size, parse_timeout};
pub use peers::{Conversion, Conversions, Directory};
pub use permissions::{
    AgentGrant, DirGrant, MemoryGrant, NetGrant, PermissionError, Permissions, parse_env,
};
pub use probe::ProbeError;
pub use program::{Kind, Program};
pub use pyodide_wasmtime::{
    Distribution, DistributionError, FILES as PYODIDE_FILES, VERSION as PYODIDE,
};
pub use python::{Packages, PythonAgent};
pub use record::Call;
pub use runtime::{DEFAULT_INSTANCES, Encoding, Runtime};
pub use state::{GrantError, Grants, silent};
pub use tokio_util::sync::CancellationToken;

/// The vocabulary of component values, for whoever converts to and from them.
pub mod typed {
    pub use wasmtime::component::{Type, Val, types};
}
