//! flow: a Nushell plugin that runs small programs in several languages as
//! sandboxed WebAssembly agents.

mod command;
mod commands;
mod completion;
pub mod orphan;
mod plugin;
pub mod shell;

pub use plugin::FlowPlugin;
