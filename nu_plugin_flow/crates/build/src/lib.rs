//! From an agent's source to its artifact: finding agents, reading their
//! manifests, scaffolding new ones, and building them with the tools of their
//! language, once for each state of their sources.

pub mod agent;
mod artifact;
mod builder;
mod component;
pub mod diagnostics;
mod error;
pub mod languages;
pub mod manifest;
mod near;
mod plan_error;
pub mod provisioning;
pub mod scaffold;
mod scratch;
mod side_by_side;
pub mod sources;
pub mod toolchain;
mod tools;

pub use agent::{Agent, AgentError, AgentKind};
pub use artifact::Artifact;
pub use builder::{Builder, Progress};
pub use error::{BuildError, CompileError};
pub use languages::Target;
pub use manifest::Manifest;
pub use plan_error::PlanError;
pub use scaffold::ScaffoldError;
pub use side_by_side::build_all;
