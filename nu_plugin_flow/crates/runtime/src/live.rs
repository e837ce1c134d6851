//! One live instance of a component: its store, its clock and its end.

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

use crate::capacity::Place;
use crate::error::RunError;
use crate::host::agent::{AgentHost, Called};
use crate::interpreter::EngineAgent;
use crate::limits::Limits;
use crate::permissions::Permissions;
use crate::program::Program;
use crate::record::SharedRecord;
use crate::state::{Grants, State, Stop, begin};
use crate::stop::explain;
use crate::ticker;

/// A live instance, which keeps its state between calls and is gone after a
/// crash.
pub(crate) struct Live {
    pub(crate) store: Store<State>,
    grants: Arc<Grants>,
    waits: bool,
    alive: bool,
    _place: Place,
}

/// A linked component with its grants, from which instances are spawned.
#[derive(Clone)]
pub(crate) struct Linked {
    program: Arc<Program>,
    pre: InstancePre<State>,
    /// The same, for instances that another agent calls, which are always on a fiber.
    called: Arc<OnceLock<InstancePre<State>>>,
    grants: Arc<Grants>,
    /// Whether a host call may wait, so that instances need a fiber.
    waits: bool,
}

impl Linked {
    pub(crate) fn new(program: Arc<Program>, grants: Grants) -> Result<Self, crate::LoadError> {
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

    /// Makes a fresh instance, which `cancel` stops, now and in later calls.
    pub(crate) fn spawn(&self, cancel: &CancellationToken) -> Result<(Live, Instance), RunError> {
        let mut live = self.live(None, cancel)?;
        let instance = live.run(
            |store| self.pre.instantiate(store),
            async |store| self.pre.instantiate_async(store).await,
        )?;
        Ok((live, instance))
    }

    /// Makes an instance for the agent that called it.
    pub(crate) async fn spawn_called(
        &self,
        called: &Called,
        cancel: &CancellationToken,
    ) -> Result<(Live, Instance), RunError> {
        let pre = match (self.waits, self.called.get()) {
            (true, _) => &self.pre,
            (false, Some(pre)) => pre,
            (false, None) => {
                let pre = self.program.link(true)?;
                self.called.get_or_init(|| pre)
            }
        };
        let mut live = self.live(Some(called), cancel)?;
        let instance = live
            .run_called(called.bound, async |store| {
                pre.instantiate_async(store).await
            })
            .await?;
        Ok((live, instance))
    }

    fn live(&self, called: Option<&Called>, cancel: &CancellationToken) -> Result<Live, RunError> {
        let place = self.program.place()?;
        let engine = &self.program.set.engine;
        let agent = AgentHost::new(self.grants.clone(), called);
        let store = State::store(engine, agent, cancel.clone(), |_| {})?;
        Ok(Live {
            store,
            grants: self.grants.clone(),
            waits: self.waits || called.is_some(),
            alive: true,
            _place: place,
        })
    }
}

impl Live {
    /// Runs one record: `direct` on this thread's stack, or `waiting` on a
    /// fiber, whichever this instance needs.
    pub(crate) fn run<T>(
        &mut self,
        direct: impl FnOnce(&mut Store<State>) -> wasmtime::Result<T>,
        waiting: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, RunError> {
        if !self.alive {
            return Err(RunError::Dead);
        }
        let _running = ticker::run();
        begin_record(&mut self.store, &self.grants, None)?;
        let ended = if self.waits {
            let (deadline, cancel) = bounds(&self.store);
            wait(deadline, &cancel, waiting(&mut self.store))
        } else {
            direct(&mut self.store)
        };
        ended.map_err(|error| self.ended(&error))
    }

    /// Runs one record for the agent that called this one, on that one's fiber, until
    /// `bound` at the latest.
    pub(crate) async fn run_called<T>(
        &mut self,
        bound: Option<Instant>,
        waiting: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, RunError> {
        if !self.alive {
            return Err(RunError::Dead);
        }
        let _running = ticker::run();
        begin_record(&mut self.store, &self.grants, bound)?;
        let (deadline, cancel) = bounds(&self.store);
        let ended = bounded(deadline, &cancel, waiting(&mut self.store)).await;
        ended.map_err(|error| self.ended(&error))
    }

    fn ended(&mut self, error: &wasmtime::Error) -> RunError {
        self.alive = false;
        explain(&mut self.store, error, &self.grants.limits)
    }

    /// What this record does beyond its agent.
    pub(crate) fn record(&self) -> &SharedRecord {
        self.store.data().agent.record()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.grants.limits
    }

    pub(crate) fn permissions(&self) -> &Permissions {
        &self.grants.permissions
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

/// Starts the clock, which stops at `bound` at the latest, and fills the tank where
/// fuel is counted.
pub(crate) fn begin_record(
    store: &mut Store<State>,
    grants: &Grants,
    bound: Option<Instant>,
) -> Result<(), RunError> {
    begin(store, &grants.limits, bound);
    if store.get_fuel().is_ok() {
        let fuel = grants.limits.fuel.unwrap_or(u64::MAX);
        store.set_fuel(fuel).map_err(|error| RunError::Host {
            reason: error.to_string(),
        })?;
    }
    Ok(())
}

/// Units of fuel used since the record began; `None` where it is not counted.
pub(crate) fn fuel_used(store: &Store<State>, limits: &Limits) -> Option<u64> {
    let left = store.get_fuel().ok()?;
    Some(limits.fuel.unwrap_or(u64::MAX).saturating_sub(left))
}

pub(crate) fn bounds(store: &Store<State>) -> (Option<Instant>, CancellationToken) {
    let state = store.data();
    (state.deadline(), state.cancel().clone())
}

/// Runs `future`, and drops it, with whatever host call it is in, at the
/// deadline or when it is cancelled.
pub(crate) fn wait<T>(
    deadline: Option<Instant>,
    cancel: &CancellationToken,
    future: impl Future<Output = wasmtime::Result<T>>,
) -> wasmtime::Result<T> {
    wasmtime_wasi::runtime::in_tokio(bounded(deadline, cancel, future))
}

/// As [`wait`], where something waits already.
pub(crate) async fn bounded<T>(
    deadline: Option<Instant>,
    cancel: &CancellationToken,
    future: impl Future<Output = wasmtime::Result<T>>,
) -> wasmtime::Result<T> {
    let out_of_time = async {
        match deadline {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        done = future => done,
        () = cancel.cancelled() => Err(Stop::Interrupted.into()),
        () = out_of_time => Err(Stop::Timeout.into()),
    }
}
