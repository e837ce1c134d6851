//! The imports of the world `flow:agent`: durable memory and calls to peers.

mod calls;
mod memory;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use wasmtime::component::{HasData, Linker};

use super::refusals::Refusals;
use crate::handler::Instance;
use crate::peers::Directory;
use crate::record::SharedRecord;
use crate::state::{Grants, State};

wasmtime::component::bindgen!({
    path: "../../../wasm-toolchains/wit",
    world: "agent",
});

/// The interface that makes a component a handler.
pub(crate) const HANDLER: &str = "flow:agent/handler@0.1.0";

/// What one instance may do beyond itself, whatever it is written in.
pub(crate) struct AgentHost {
    grants: Arc<Grants>,
    link: Arc<Link>,
    directory: Directory,
    record: SharedRecord,
    refusals: Refusals,
    /// Instances of agents that it called, for its next calls.
    kept: HashMap<String, Instance>,
}

/// One agent in a chain of calls.
pub(crate) struct Link {
    name: String,
    identity: String,
    caller: Option<Arc<Link>>,
}

/// What an instance has from the one that called it.
pub(crate) struct Called {
    caller: Arc<Link>,
    directory: Directory,
    record: SharedRecord,
    /// When the caller has to be done.
    pub(crate) bound: Option<Instant>,
}

impl AgentHost {
    /// The host of an instance that a person runs, or that `called` says was called.
    pub(crate) fn new(grants: Arc<Grants>, called: Option<&Called>) -> Self {
        let link = Link {
            name: grants.name.clone(),
            identity: grants.identity.clone(),
            caller: called.map(|called| called.caller.clone()),
        };
        let (directory, record) = match called {
            Some(called) => (called.directory.clone(), called.record.clone()),
            None => (grants.directory.clone(), SharedRecord::new(&grants)),
        };
        Self {
            link: Arc::new(link),
            directory,
            record,
            grants,
            refusals: Refusals::default(),
            kept: HashMap::new(),
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
        self.link.chain().len() - 1
    }
}

impl Link {
    /// The names from the agent that was called first to this one.
    fn chain(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut current = Some(self);
        while let Some(link) = current {
            names.push(link.name.as_str());
            current = link.caller.as_deref();
        }
        names.reverse();
        names
    }

    fn has(&self, identity: &str) -> bool {
        self.identity == identity
            || self
                .caller
                .as_ref()
                .is_some_and(|caller| caller.has(identity))
    }

    fn is_called(&self) -> bool {
        self.caller.is_some()
    }
}

struct Agents;

impl HasData for Agents {
    type Data<'a> = &'a mut AgentHost;
}

/// Links both for instances on the stack of the thread, which may not call others.
pub(crate) fn add_direct(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    memory_imports(linker)?;
    calls::add_refusing(linker)
}

/// Links both for instances on a fiber.
pub(crate) fn add_waiting(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    memory_imports(linker)?;
    calls::add(linker)
}

fn memory_imports(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    flow::agent::memory::add_to_linker::<State, Agents>(linker, |state| &mut state.agent)
}
