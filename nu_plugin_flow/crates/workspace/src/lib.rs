//! Workspaces: folders with a toolchain in which agents are written and built, on a provider (this
//! machine, or DevPod).
//!
//! [`provision()`] makes workspaces side by side through a [`Provider`]; a [`WorkspaceExecutor`] runs
//! programs inside one.

mod call;
mod devpod;
mod error;
mod executor;
mod git;
mod local;
mod origin;
mod provider;
mod providers;
mod provision;
mod store;
mod workspace;

pub use call::Call;
pub use devpod::{DevpodError, DevpodProvider, DevpodSettings};
pub use error::WorkspaceError;
pub use executor::WorkspaceExecutor;
pub use local::LocalProvider;
pub use origin::Origin;
pub use provider::{Provider, Request, TemplateFile};
pub use providers::Providers;
pub use provision::{MAXIMUM, Order, Provisioned, numbered, provision};
pub use store::{Event, Level};
pub use workspace::{State, Workspace, WorkspaceId};
