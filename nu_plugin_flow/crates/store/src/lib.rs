//! The durable memory of agents: one SQLite file a project, a global one outside of projects.
//!
//! A [`Store`] is one file, shared by all threads; a [`Session`] is what one agent does while it
//! handles one record: its writes wait in memory and become one transaction when the record
//! succeeds. Anything may be read with `open .flow/memory.db | query db "select * from memory"`.
//!
//! **What survives.** The file is in SQLite's WAL mode with `synchronous = NORMAL`: a commit that
//! returned outlives the process, also one that is killed. A machine that loses power may lose the
//! last commits, but never half of one.
//!
//! The crate knows neither Nushell nor wasmtime, and nothing in it is asynchronous.
#[cfg(test)]
mod conditions;
mod connection;
mod digest;
mod entry;
mod error;
mod exchange;
mod file;
mod json;
mod limits;
mod location;
mod overlay;
mod rows;
mod scan;
mod schema;
mod session;
#[cfg(test)]
mod session_model;
mod statistics;
mod store;

pub use entry::{Entry, Filter, Namespace};
pub use error::StoreError;
pub use exchange::{Import, Imported, Skipped};
pub use limits::{LIMITS, Limits};
pub use location::{Location, Scope, global, locate};
pub use session::{Page, Session};
pub use statistics::Statistics;
pub use store::Store;
