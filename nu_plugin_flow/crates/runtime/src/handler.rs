//! Handlers: one record in, one answer out.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use wasmtime::component::{ComponentExportIndex, InstancePre, Type, TypedFunc};
use wasmtime::{Store, component};

use crate::call::functions;
use crate::capacity::Place;
use crate::error::{LoadError, RunError};
use crate::host::agent::HANDLER;
use crate::limits::Limits;
use crate::program::{Program, export};
use crate::state::{Grants, State, Stop, begin};
use crate::stop::{explain, refused, refused_path};
use crate::ticker;

type Handle = TypedFunc<(&'static str,), (Result<String, String>,)>;

/// A handler with its grants, from which instances are spawned.
#[derive(Clone)]
pub struct Handler {
    program: Arc<Program>,
    pre: InstancePre<State>,
    handle: ComponentExportIndex,
    grants: Arc<Grants>,
    waits: bool,
}

/// One live instance of a handler. It keeps its state between calls and is
/// gone after a crash.
pub struct Instance {
    store: Store<State>,
    handle: Handle,
    grants: Arc<Grants>,
    waits: bool,
    alive: bool,
    _place: Place,
}

impl Handler {
    /// Links `program`, which has to be a handler.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        let handle = export(program.component()?, HANDLER, "handle")?;
        check_type(&program)?;
        let waits = program.waits(&grants.permissions);
        let pre = program.link(waits)?;
        Ok(Self {
            program,
            pre,
            handle,
            grants: Arc::new(grants),
            waits,
        })
    }

    /// What its instances are given.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Makes a fresh instance. `cancel` stops it, now and in later calls.
    pub fn spawn(&self, cancel: &CancellationToken) -> Result<Instance, RunError> {
        let capacity = &self.program.capacity;
        let place = capacity.take().ok_or(RunError::Instances {
            limit: capacity.limit(),
        })?;
        let engine = &self.program.set.engine;
        let mut store = State::store(engine, &self.grants, cancel.clone(), |_| {})?;
        let _running = ticker::run();
        begin_record(&mut store, &self.grants)?;
        let instance = self.instantiate(&mut store);
        let instance = match instance {
            Ok(instance) => instance,
            Err(error) => return Err(explain(&mut store, &error, &self.grants.limits)),
        };
        let handle = instance
            .get_typed_func(&mut store, self.handle)
            .map_err(|error| RunError::Mismatch {
                reason: format!("`{HANDLER}` is not as it should be: {error:#}"),
            })?;
        Ok(Instance {
            store,
            handle,
            grants: self.grants.clone(),
            waits: self.waits,
            alive: true,
            _place: place,
        })
    }

    fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<component::Instance> {
        if !self.waits {
            return self.pre.instantiate(store);
        }
        let (deadline, cancel) = bounds(store);
        wait(deadline, &cancel, self.pre.instantiate_async(store))
    }
}

impl Instance {
    /// Hands one record, as JSON text, to the handler and returns its answer,
    /// one JSON value.
    pub fn call(&mut self, input: &str) -> Result<String, RunError> {
        if !self.alive {
            return Err(RunError::Dead);
        }
        let _running = ticker::run();
        begin_record(&mut self.store, &self.grants)?;
        let answer = if self.waits {
            let (deadline, cancel) = bounds(&self.store);
            wait(
                deadline,
                &cancel,
                self.handle.call_async(&mut self.store, (input,)),
            )
        } else {
            self.handle.call(&mut self.store, (input,))
        };
        match answer {
            Ok((Ok(output),)) => Ok(output),
            Ok((Err(message),)) => {
                let help = refused(self.store.data_mut()).or_else(|| refused_path(&message));
                Err(RunError::Agent { message, help })
            }
            Err(error) => {
                self.alive = false;
                Err(explain(&mut self.store, &error, &self.grants.limits))
            }
        }
    }

    /// Whether it can take another record: false after a crash.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.alive
    }

    /// The most bytes of linear memory it has used.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        self.store.data().memory.peak()
    }

    /// Units of fuel that the last record used; `None` where fuel is not
    /// counted.
    #[must_use]
    pub fn fuel_used(&self) -> Option<u64> {
        fuel_used(&self.store, &self.grants.limits)
    }
}

/// Refuses a `handle` of another type before anything runs.
fn check_type(program: &Program) -> Result<(), LoadError> {
    let is_string = |ty: Option<Type>| matches!(ty, Some(Type::String));
    let handle = functions(program)?.into_iter().find(|function| {
        function.interface.as_deref() == Some(HANDLER) && function.name == "handle"
    });
    let fits = handle.is_some_and(|function| {
        let takes = matches!(function.parameters.as_slice(), [(_, Type::String)]);
        let gives = match function.result {
            Some(Type::Result(result)) => is_string(result.ok()) && is_string(result.err()),
            _ => false,
        };
        takes && gives
    });
    if fits {
        return Ok(());
    }
    Err(LoadError::Export {
        reason: format!(
            "its `{HANDLER}#handle` is not of the type `func(input: string) -> result<string, string>`"
        ),
    })
}

/// Starts the clock, and fills the tank where fuel is counted.
pub(crate) fn begin_record(store: &mut Store<State>, grants: &Grants) -> Result<(), RunError> {
    begin(store, &grants.limits);
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
    wasmtime_wasi::runtime::in_tokio(async {
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
    })
}
