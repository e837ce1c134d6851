//! `pylock.toml`, PEP 751: which wheels an agent gets, with their digests.
//!
//! flow writes one beside an agent when it first resolves its packages, and
//! honours whichever is there, also that of another tool.

mod file;
mod text;
mod wheels;

pub(crate) use file::FILE_NAME;
pub(super) use file::{LockFile, LockProblem};
pub(super) use wheels::{Lock, Locked, Source, normalised};

#[cfg(test)]
mod tests;
