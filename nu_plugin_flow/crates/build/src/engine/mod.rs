//! Interpreters that were compiled to WebAssembly, and the bundles that they run.

mod bundler;
mod error;
mod install;
mod interpreter;
pub(crate) mod modules;
mod store;

pub(crate) use self::bundler::EngineBundler;
pub use self::error::EngineError;
pub use self::interpreter::EngineInterpreter;
pub use self::store::{Engine, EngineRecord, EngineStore, NAMES};
