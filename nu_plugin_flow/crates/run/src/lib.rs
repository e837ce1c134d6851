//! Runs agents: a name and settings in; records in, answers out.
//!
//! [`Agents`] finds the agent that a text names, builds it where its sources are newer than what
//! was built of them, loads it, and grants it what its manifest and a person's [`Overrides`] say.
//! A [`Worker`] hands it records as JSON text, one after the other; a [`CommandWorker`] runs a
//! program for each input. What a run takes from its caller, such as environment variables and the
//! tools that build an agent, comes through [`Surroundings`].
//!
//! The crate knows neither Nushell nor HTTP: every door of flow stands on it.

mod agents;
mod command;
mod error;
mod granted;
mod grants;
mod interpreters;
mod overrides;
pub mod parallel;
mod python;
mod reload;
mod signatures;
mod stamps;
mod surroundings;
mod worker;

pub use agents::{Agents, Loaded, Located};
pub use command::CommandWorker;
pub use error::{About, Error};
pub use granted::Granted;
pub use interpreters::{Interpreters, NoPlace, Places, is_bundle};
pub use overrides::Overrides;
pub use reload::Reload;
pub use signatures::{SignatureError, read_signature};
pub use stamps::Stamps;
pub use surroundings::{Local, Surroundings};
pub use worker::{Answer, Worker};
