//! The agents that may be called, by who they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::handler::Handler;

/// Every agent that a run may lead to. It belongs to the run: handlers in it find it
/// through the agent that called them, never by themselves.
#[derive(Clone, Default)]
pub struct Directory(Arc<Mutex<HashMap<String, Peer>>>);

/// One agent that may be called.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) handler: Handler,
    pub(crate) conversions: Conversions,
}

/// Makes one JSON text of another, or says why that cannot be.
pub type Conversion = Arc<dyn Fn(&str) -> Result<String, String> + Send + Sync>;

/// What the signature of an agent makes of what it is handed and of what it answers;
/// nothing where it has none.
#[derive(Clone, Default)]
pub struct Conversions {
    /// Of one input.
    pub input: Option<Conversion>,
    /// Of one answer, which may be `{"$emit": [...]}`, to a value.
    pub output: Option<Conversion>,
}

impl Directory {
    /// Adds the agent that `identity` names, such as the path of its source.
    pub fn add(&self, identity: impl Into<String>, handler: Handler, conversions: Conversions) {
        let mut peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let peer = Peer {
            handler,
            conversions,
        };
        peers.insert(identity.into(), peer);
    }

    pub(crate) fn get(&self, identity: &str) -> Option<Peer> {
        let peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        peers.get(identity).cloned()
    }
}
