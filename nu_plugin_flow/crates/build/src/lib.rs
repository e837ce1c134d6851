//! From an agent's source to its artifact: finding agents, reading their
//! manifests, scaffolding new ones, and building them with the tools of their
//! language, once for each state of their sources.

pub mod agent;
mod artifact;
mod builder;
pub mod bundle;
mod component;
pub mod diagnostics;
pub mod engine;
mod error;
mod file_mode;
pub mod interpreter;
pub mod javascript;
pub mod languages;
pub mod manifest;
mod output;
mod parallel;
mod plan_error;
pub mod provisioning;
pub mod python;
pub mod scaffold;
mod scratch;
pub mod sources;
mod template_file;
pub mod toolchain;
mod tools;

pub use agent::{Agent, AgentError, AgentKind};
pub use artifact::Artifact;
pub use builder::{Builder, Progress, build_all};
pub use bundle::Bundle;
pub use engine::{EngineError, EngineInterpreter, EngineStore};
pub use error::{BuildError, CompileError};
pub use interpreter::{Analysis, Interpreter, InterpreterError, SyntaxProblem, Version};
pub use languages::Target;
pub use manifest::Manifest;
pub use plan_error::PlanError;
pub use python::PythonError;
pub use scaffold::ScaffoldError;
