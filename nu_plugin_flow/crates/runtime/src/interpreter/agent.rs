//! Agents that an engine runs.

use wasmtime::component::{ComponentType, Lift, Lower};

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

/// One file of an agent.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct EngineFile {
    /// Below the agent's folder, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}
