//! What uv or pip answers when it is asked for packages.

use super::{error::PythonError, lock::Lock};

/// A lock, or why there is none.
pub(super) type Answer = Result<Lock, Refusal>;

/// Why a tool has no lock.
#[derive(Debug)]
pub(super) enum Refusal {
    No(PythonError),
    /// It is not there; or it is, and cannot be used for these reasons.
    NoTool(Vec<String>),
}
