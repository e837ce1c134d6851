//! One build.

use std::sync::atomic::AtomicBool;

use super::progress::Progress;
use crate::{
    agent::definition::Agent,
    languages::language::{Language, Request},
};

/// What of a build does not change from one attempt to the next.
pub(super) struct Job<'a> {
    pub agent: &'a Agent,
    pub language: &'static dyn Language,
    pub request: Request<'a>,
    pub progress: &'a dyn Progress,
    pub cancel: &'a AtomicBool,
}
