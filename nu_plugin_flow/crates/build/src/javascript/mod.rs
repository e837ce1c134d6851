//! JavaScript and TypeScript agents: types out of sources, packages of npm.

mod bundling;
mod messages;
mod strip;

pub(crate) use bundling::{Bundling, LOCK_FILE, bundling, on_path};
pub(crate) use messages::messages;
pub use strip::{Stripped, strip};
