//! Interpreters that were compiled to WebAssembly: engines, as the interface
//! `flow:engine` has them. An agent is its sources; an instance of the engine
//! loads them and then is a handler or a command as any other.

mod contract;
mod kept;
mod snapshot;

pub(crate) use contract::load;
pub use contract::{EngineAnalysis, EngineFile, EngineProblem};
pub(crate) use kept::Kept;
pub(crate) use snapshot::code as snapshot_code;
pub use snapshot::{Initialiser, SnapshotError};

/// An agent for an engine, as a build leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineAgent {
    /// The file that it begins with, below its folder: `score.js`.
    pub entry: String,
    /// Whether it has a handler; else it is a program with standard streams.
    pub handler: bool,
    /// All its files.
    pub files: Vec<EngineFile>,
}
