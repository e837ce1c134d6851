//! Functions of Python, as an interpreter and its snapshots know them.

use serde::{Deserialize, Serialize};

/// A function of Python that was found once and can be called often. It
/// belongs to the interpreter that it was found in, and to those that start
/// from a snapshot of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function(pub(crate) u32);

/// The functions of [`crate::bootstrap`] that the host calls.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Entries {
    pub describe: Function,
    pub resume: Function,
    pub execute: Function,
    pub freeze: Function,
    pub frozen: Function,
}
