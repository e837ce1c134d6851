//! The one place where flow starts other programs.
//!
//! [`run`] starts a [`Command`] on this machine and waits for its end; an [`Executor`] runs programs
//! on this machine or wherever else its implementation reaches. [`redact`] keeps secrets out of what
//! is shown and kept of them.

mod command;
mod error;
mod executor;
mod group;
pub mod redact;
mod run;
mod status;
#[cfg(all(test, unix))]
mod tests;

pub use command::{Command, OUTPUT_LIMIT, Outcome, find};
pub use error::{Elsewhere, ProcessError};
pub use executor::{Executor, LocalExecutor};
pub use group::end_all;
pub use run::run;
