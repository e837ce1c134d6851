//! Who may be called, and on whose behalf an instance is made.

use std::collections::HashMap;
use std::iter::successors;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use flow_contract::Signature;
use tokio_util::sync::CancellationToken;

use crate::error::RunError;
use crate::record::SharedRecord;

/// An agent that others may call, whatever it is written in.
#[async_trait]
pub(crate) trait Callee: Send + Sync {
    /// Makes an instance for the agent that is `caller`, on that one's fiber.
    async fn spawn_for(
        &self,
        caller: Caller,
        cancel: &CancellationToken,
    ) -> Result<Box<dyn CalledInstance>, RunError>;
}

/// An instance of an agent that another one called.
#[async_trait]
pub(crate) trait CalledInstance: Send {
    /// The answer to `input`, by `bound`. What it does to the memory is part of the
    /// caller's record.
    async fn answer(&mut self, input: &str, bound: Option<Instant>) -> Result<String, RunError>;

    /// Whether it can take another record.
    fn is_alive(&self) -> bool;
}

/// Every agent that a run may lead to. It belongs to the run: an instance has it from
/// whoever spawned it, and hands it on to those that it calls.
#[derive(Clone, Default)]
pub struct Directory(Arc<Mutex<HashMap<String, Entry>>>);

/// One agent that may be called.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) callee: Arc<dyn Callee>,
    pub(crate) signature: Signature,
}

impl Directory {
    /// Adds an agent; the latest of one identity counts.
    pub(crate) fn insert(&self, identity: String, entry: Entry) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(identity, entry);
    }

    pub(crate) fn get(&self, identity: &str) -> Option<Entry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(identity).cloned()
    }
}

/// On whose behalf an instance is made: a person's, or that of an agent that calls it.
pub(crate) struct Caller {
    /// The calling agent.
    pub(crate) link: Option<Arc<Link>>,
    /// Whom the instance, and those that it calls, may lead to.
    pub(crate) directory: Directory,
    /// What is done beyond the agents for the record that the call is part of.
    pub(crate) record: SharedRecord,
    /// When the caller has to be done.
    pub(crate) bound: Option<Instant>,
}

impl Caller {
    /// A person, whose run may lead to the agents in `directory`. With `traced`, the calls
    /// are noted.
    pub(crate) fn person(directory: &Directory, traced: bool) -> Self {
        Self {
            link: None,
            directory: directory.clone(),
            record: SharedRecord::new(traced),
            bound: None,
        }
    }

    /// Whether it is an agent, which waits on its fiber.
    pub(crate) fn is_agent(&self) -> bool {
        self.link.is_some()
    }
}

/// One agent in a chain of calls.
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) identity: String,
    pub(crate) caller: Option<Arc<Link>>,
}

impl Link {
    /// This agent, the one that called it, and so on up to the first.
    fn upward(&self) -> impl Iterator<Item = &Link> {
        successors(Some(self), |link| link.caller.as_deref())
    }

    /// The names from the agent that was called first to this one.
    pub(crate) fn chain(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.upward().map(|link| link.name.as_str()).collect();
        names.reverse();
        names
    }

    /// How many agents wait for this one.
    pub(crate) fn depth(&self) -> usize {
        self.upward().skip(1).count()
    }

    /// Whether that agent is this one or waits for it.
    pub(crate) fn has(&self, identity: &str) -> bool {
        self.upward().any(|link| link.identity == identity)
    }

    pub(crate) fn is_called(&self) -> bool {
        self.caller.is_some()
    }
}
