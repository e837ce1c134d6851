//! Agents, found but not built: by a folder, a file or a name.

pub(crate) mod definition;
pub(crate) mod error;
mod locate;
mod search;

pub use definition::{Agent, AgentKind};
pub use error::AgentError;
pub use search::{find_all, find_named, names};

#[cfg(test)]
mod tests;
