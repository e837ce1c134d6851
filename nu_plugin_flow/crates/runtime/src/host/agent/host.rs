//! What one instance may do beyond itself, whatever it is written in.

use std::collections::HashMap;
use std::sync::Arc;

use crate::grants::Grants;
use crate::host::refusals::{Refusal, Refusals};
use crate::peers::{CalledInstance, Caller, Directory, Link};
use crate::record::SharedRecord;

/// The host of one instance: its memory and its calls.
pub(crate) struct AgentHost {
    pub(super) grants: Arc<Grants>,
    pub(super) link: Arc<Link>,
    pub(super) directory: Directory,
    pub(super) record: SharedRecord,
    refusals: Refusals,
    /// Instances of agents that it called, for its next calls.
    pub(super) called: HashMap<String, Box<dyn CalledInstance>>,
}

impl AgentHost {
    /// The host of an instance that is made on behalf of `caller`.
    pub(crate) fn new(grants: Arc<Grants>, caller: Caller) -> Self {
        let link = Link {
            name: grants.name.clone(),
            identity: grants.identity.clone(),
            caller: caller.link,
        };
        Self {
            grants,
            link: Arc::new(link),
            directory: caller.directory,
            record: caller.record,
            refusals: Refusals::default(),
            called: HashMap::new(),
        }
    }

    pub(crate) fn grants(&self) -> &Arc<Grants> {
        &self.grants
    }

    /// What it was refused, here and elsewhere.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// What it does to the memory, and its calls.
    pub(crate) fn record(&self) -> &SharedRecord {
        &self.record
    }

    /// How many agents wait for this one.
    pub(crate) fn depth(&self) -> usize {
        self.link.depth()
    }

    /// Notes what was refused, so that the error of the record says how to grant it;
    /// returns what the guest is to read.
    pub(super) fn refuse(&self, refusal: Refusal) -> String {
        let message = format!("not granted: {}", refusal.what);
        let callee = self.link.is_called().then_some(self.link.name.as_str());
        self.refusals.add(refusal.of(callee));
        message
    }
}
