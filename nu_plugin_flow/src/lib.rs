//! flow: a Nushell plugin that runs small programs in several languages as
//! sandboxed WebAssembly agents.

mod commands;
pub mod orphan;
mod plugin;
pub mod shell;

pub use plugin::FlowPlugin;
