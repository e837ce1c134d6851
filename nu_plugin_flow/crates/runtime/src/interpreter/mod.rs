//! Interpreters that were compiled to WebAssembly: engines, as the interface
//! `flow:engine` has them. An agent is its sources; an instance of the engine
//! loads them and then is a handler or a command as any other.

pub(crate) mod agent;
pub(crate) mod analyser;
pub(crate) mod contract;
pub(crate) mod snapshot;
