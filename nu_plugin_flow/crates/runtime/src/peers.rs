//! The agents that may be called, by who they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::handler::Handler;

/// Every agent that a run may lead to. It belongs to the run: handlers in it find it
/// through the agent that called them, never by themselves.
#[derive(Clone, Default)]
pub struct Directory(Arc<Mutex<HashMap<String, Handler>>>);

impl Directory {
    /// Adds the agent that `identity` names, such as the path of its source.
    pub fn add(&self, identity: impl Into<String>, handler: Handler) {
        let mut handlers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        handlers.insert(identity.into(), handler);
    }

    pub(crate) fn get(&self, identity: &str) -> Option<Handler> {
        let handlers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        handlers.get(identity).cloned()
    }
}
