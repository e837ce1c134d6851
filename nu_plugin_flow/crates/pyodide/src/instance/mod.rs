//! One Python interpreter.

mod call;
mod freeze;
mod interpreter;
mod options;
mod start;

pub use interpreter::Instance;
pub use options::{Interrupt, Options};
