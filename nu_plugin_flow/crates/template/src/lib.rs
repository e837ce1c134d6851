//! Templates: what `devbox-templates/` adds to a project that is there already. A Devbox plugin and
//! a devcontainer of their own, beside the user's; in the user's `devbox.json` one line.
//!
//! ```text
//! <project>/
//!   devbox.json                               one more entry in `include`
//!   .flow/devbox/<template>/plugin.json       packages, variables, hooks
//!   .devcontainer/flow-<template>/devcontainer.json
//!   .flow/templates.json                      what was added, so that it can be taken away
//! ```

mod catalogue;
pub mod devbox;
mod digest;
mod embedded;
mod error;
mod lock;
mod plan;
mod project;
mod record;

pub use catalogue::{Part, Template, all, named};
pub use error::TemplateError;
pub use plan::{Action, Change, Plan};
pub use project::{Project, Wanted};
