//! Components: linked with what they are granted, and alive.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

use crate::capacity::Place;
use crate::clock::Clock;
use crate::error::{LoadError, RunError};
use crate::explain::explain;
use crate::fiber::block_on;
use crate::grants::Grants;
use crate::host::agent::host::AgentHost;
use crate::host::view::HostView;
use crate::interpreter::agent::EngineAgent;
use crate::peers::{Caller, Directory};
use crate::program::Program;
use crate::record::SharedRecord;
use crate::state::{State, begin, fuel_used};
use crate::ticker;

/// A linked component with its grants, from which instances are spawned.
#[derive(Clone)]
pub(crate) struct LinkedComponent {
    program: Arc<Program>,
    pre: InstancePre<State>,
    /// The same, for instances that another agent calls, which are always on a fiber.
    called: Arc<OnceLock<InstancePre<State>>>,
    grants: Arc<Grants>,
    /// Whether a host call may wait, so that instances need a fiber.
    waits: bool,
}

/// One instance of a component, which keeps its state between calls and is gone after a
/// crash.
pub(crate) struct ComponentInstance {
    pub(crate) store: Store<State>,
    grants: Arc<Grants>,
    waits: bool,
    alive: bool,
    _place: Place,
}

impl LinkedComponent {
    pub(crate) fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        let waits = program.waits(&grants.permissions);
        let pre = program.link(waits)?;
        Ok(Self {
            program,
            pre,
            called: Arc::default(),
            grants: Arc::new(grants),
            waits,
        })
    }

    /// What an instance has to load before it is the agent.
    pub(crate) fn sources(&self) -> Option<&EngineAgent> {
        self.program.sources().map(Arc::as_ref)
    }

    /// Whether the first agent of a run needs a fiber here.
    pub(crate) fn waits(&self) -> bool {
        self.waits
    }

    /// Whether calls of other agents are noted where this is the first one.
    pub(crate) fn traced(&self) -> bool {
        self.grants.trace
    }

    /// Makes a fresh instance, which `cancel` stops, now and in later calls.
    pub(crate) async fn spawn(
        &self,
        caller: Caller,
        cancel: &CancellationToken,
    ) -> Result<(ComponentInstance, Instance), RunError> {
        let (waits, bound) = (self.waits || caller.is_agent(), caller.bound);
        let pre = self.pre(waits)?;
        let place = self.program.place()?;
        let engine = &self.program.set.engine;
        let agent = AgentHost::new(self.grants.clone(), caller);
        let mut instance = ComponentInstance {
            store: State::store(engine, agent, cancel.clone(), |_| {})?,
            grants: self.grants.clone(),
            waits,
            alive: true,
            _place: place,
        };
        let inner = instance
            .run(
                bound,
                |store| pre.instantiate(store),
                async |store| pre.instantiate_async(store).await,
            )
            .await?;
        Ok((instance, inner))
    }

    /// The same for a person, on this thread.
    pub(crate) fn spawn_here(
        &self,
        directory: &Directory,
        cancel: &CancellationToken,
    ) -> Result<(ComponentInstance, Instance), RunError> {
        let caller = Caller::person(directory, self.traced());
        block_on(self.waits, self.spawn(caller, cancel))
    }

    fn pre(&self, waits: bool) -> Result<&InstancePre<State>, LoadError> {
        match (waits == self.waits, self.called.get()) {
            (true, _) => Ok(&self.pre),
            (false, Some(pre)) => Ok(pre),
            (false, None) => {
                let pre = self.program.link(waits)?;
                Ok(self.called.get_or_init(|| pre))
            }
        }
    }
}

impl ComponentInstance {
    /// Runs one record, until `bound` at the latest: `direct` on the stack of the thread,
    /// or `waiting` on a fiber, whichever this instance needs.
    pub(crate) async fn run<T>(
        &mut self,
        bound: Option<Instant>,
        direct: impl FnOnce(&mut Store<State>) -> wasmtime::Result<T>,
        waiting: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, RunError> {
        if !self.alive {
            return Err(RunError::Dead);
        }
        let _running = ticker::run();
        begin(&mut self.store, &self.grants.limits, bound)?;
        let ended = if self.waits {
            let (deadline, cancel) = self.store.data().bounds();
            Clock::new(deadline, &cancel)
                .bound(waiting(&mut self.store))
                .await
        } else {
            direct(&mut self.store)
        };
        ended.map_err(|error| {
            self.alive = false;
            explain(&mut self.store, &error, &self.grants.limits)
        })
    }

    /// Runs one record that is nobody's call, on this thread.
    pub(crate) fn run_here<T>(
        &mut self,
        direct: impl FnOnce(&mut Store<State>) -> wasmtime::Result<T>,
        waiting: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, RunError> {
        block_on(self.waits, self.run(None, direct, waiting))
    }

    /// What this record does beyond its agent.
    pub(crate) fn record(&self) -> &SharedRecord {
        self.store.data().agent.record()
    }

    pub(crate) fn grants(&self) -> &Grants {
        &self.grants
    }

    pub(crate) fn waits(&self) -> bool {
        self.waits
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.alive
    }

    pub(crate) fn peak_memory(&self) -> u64 {
        self.store.data().memory.peak()
    }

    pub(crate) fn fuel_used(&self) -> Option<u64> {
        fuel_used(&self.store, &self.grants.limits)
    }
}
