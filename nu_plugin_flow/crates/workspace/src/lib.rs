//! Workspaces: folders with a toolchain in which agents are written and built, on a provider (this
//! machine, or DevPod); and the one place ([`process`]) where flow starts other programs.
//!
//! [`provision()`] makes workspaces side by side through a [`Provider`]; an [`Executor`] runs
//! programs on this machine or inside a workspace alike.

mod devpod;
mod error;
mod executor;
mod git;
mod local;
mod origin;
pub mod process;
mod provider;
mod providers;
mod provision;
mod redact;
mod store;

pub use devpod::{DevpodError, DevpodProvider, DevpodSettings};
pub use error::WorkspaceError;
pub use executor::{Executor, LocalExecutor, WorkspaceExecutor};
pub use local::LocalProvider;
pub use origin::Origin;
pub use process::{Command, Outcome, ProcessError};
pub use provider::{Call, Provider, Request, State, TemplateFile, Workspace, WorkspaceId};
pub use providers::Providers;
pub use provision::{MAXIMUM, Order, Provisioned, numbered, provision};
pub use store::{Event, Level};
