//! Initialises a core module once, and keeps the state that it has then: so an
//! engine starts with its language ready, and a built agent with its program
//! loaded.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use flow_cache::Cache;
use flow_contract::Limits;
use miette::Diagnostic;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use wasmtime::{Instance, Module, Store, UnknownImportError, Val};
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::runtime::in_tokio;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtxBuilder};
use wasmtime_wizer::{InstanceState, SnapshotVal, Wizer};

use crate::clock::Clock;
use crate::code;
use crate::engine::Profile;
use crate::error::{LoadError, RunError};
use crate::explain::explain;
use crate::grants::Grants;
use crate::host::agent::host::AgentHost;
use crate::host::view::HostView;
use crate::linkers::{EngineSet, Engines};
use crate::peers::{Caller, Directory};
use crate::state::{State, begin};
use crate::ticker;

/// What an initialisation may use.
const PATIENCE: Duration = Duration::from_secs(60);
const MEMORY: u64 = 1 << 30;

/// Bytes that guests get for random ones while they are initialised: the same
/// sources make the same snapshot, and engines seed anew when they run.
const SEED: [u8; 16] = *b"flow: a snapshot";

/// A core module that has functions which make it ready.
pub struct Initialiser<'a> {
    pub(crate) engines: &'a Engines,
    pub(crate) cache: &'a Cache,
    pub(crate) core: &'a [u8],
}

/// A module was not initialised.
#[derive(Debug, Error, Diagnostic)]
pub enum SnapshotError {
    /// It cannot be prepared for that.
    #[error("cannot initialise the module: {reason}")]
    #[diagnostic(
        code(flow::snapshot::module),
        help("give a core module of an engine, built for `wasm32-wasip1`")
    )]
    Module {
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be compiled or linked.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    /// Its function failed, in its own words where it had any.
    #[error("{message}")]
    #[diagnostic(code(flow::snapshot::failed))]
    Failed {
        /// The end of what it wrote to its standard error.
        message: String,
    },
    /// It used more than it may, or could not be run at all.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
}

impl Initialiser<'_> {
    /// Compiles what [`Initialiser::initialise`] runs, so that it is there then.
    pub fn prepare(&self, function: &str) -> Result<(), SnapshotError> {
        let instrumented = wizer(function).instrument(self.core);
        let (_, instrumented) = instrumented.map_err(module_error)?;
        self.compiled(function, &instrumented).map(drop)
    }

    fn compiled(
        &self,
        function: &str,
        instrumented: &[u8],
    ) -> Result<(Arc<EngineSet>, Module), SnapshotError> {
        let set = self.engines.get(Profile::General)?;
        let place = Path::new("a core module");
        let module = code::module(self.cache, &set.engine, instrumented, place)?;
        match module.get_export(function) {
            Some(_) => Ok((set, module)),
            None => Err(SnapshotError::Module {
                reason: format!("it exports no function `{function}`"),
            }),
        }
    }

    /// Calls `function` with `input` on its standard input, and returns the
    /// module in the state that it is in then, without that function.
    pub fn initialise(&self, function: &str, input: Vec<u8>) -> Result<Vec<u8>, SnapshotError> {
        let wizer = wizer(function);
        let (context, instrumented) = wizer.instrument(self.core).map_err(module_error)?;
        let (set, module) = self.compiled(function, &instrumented)?;
        // What an agent imports is not there before it runs.
        let mut linker = set.modules()?.clone();
        linker
            .define_unknown_imports_as_traps(&module)
            .map_err(module_error)?;
        let grants = grants();
        let mut store = store(&set.engine, &grants, input)?;
        let _running = ticker::run();
        begin(&mut store, &grants.limits, None)?;
        let (deadline, cancel) = store.data().bounds();
        let clock = Clock::new(deadline, &cancel);
        let ended = in_tokio(clock.bound(async {
            let instance = linker.instantiate_async(&mut store, &module).await?;
            for name in ["_initialize", function] {
                if let Ok(call) = instance.get_typed_func::<(), ()>(&mut store, name) {
                    call.call_async(&mut store, ()).await?;
                }
            }
            Ok(instance)
        }));
        let instance = match ended {
            Ok(instance) => instance,
            Err(error) => return Err(failed(&mut store, &error, &grants)),
        };
        let mut state = Snapshot {
            store: &mut store,
            instance,
        };
        in_tokio(wizer.snapshot(&context, &mut state)).map_err(module_error)
    }
}

fn wizer(function: &str) -> Wizer {
    let mut wizer = Wizer::new();
    wizer.init_func(function);
    wizer
}

fn module_error(error: wasmtime::Error) -> SnapshotError {
    SnapshotError::Module {
        reason: format!("{error:#}"),
    }
}

/// What the module said is what the user should read; the trap that followed
/// is how it ended.
fn failed(store: &mut Store<State>, error: &wasmtime::Error, grants: &Grants) -> SnapshotError {
    let unknown = error.downcast_ref::<UnknownImportError>();
    if unknown.is_some_and(|import| import.module().starts_with("flow:agent/")) {
        return SnapshotError::Failed {
            message: "neither the memory nor another agent can be asked while this one is built: ask in `handle`".into(),
        };
    }
    let ended = error.is::<wasmtime::Trap>() || error.is::<wasmtime_wasi::I32Exit>();
    if let Some(message) = store.data().log.take_tail().filter(|_| ended) {
        return SnapshotError::Failed { message };
    }
    SnapshotError::Run(explain(store, error, &grants.limits))
}

fn grants() -> Grants {
    Grants::nothing(Limits {
        timeout: Some(PATIENCE),
        memory: MEMORY,
        ..Limits::default()
    })
}

fn store(
    engine: &wasmtime::Engine,
    grants: &Grants,
    input: Vec<u8>,
) -> Result<Store<State>, RunError> {
    let frozen = |builder: &mut WasiCtxBuilder| {
        let seed = || Deterministic::new(SEED.to_vec());
        builder
            .stdin(MemoryInputPipe::new(input))
            .secure_random(seed())
            .insecure_random(seed())
            .insecure_random_seed(u128::from_le_bytes(SEED))
            .wall_clock(Frozen)
            .monotonic_clock(Frozen);
    };
    let caller = Caller::person(&Directory::default(), false);
    let agent = AgentHost::new(Arc::new(grants.clone()), caller);
    let cancel = CancellationToken::new();
    Ok(State::store(engine, agent, cancel, frozen)?)
}

/// A clock that stands still.
struct Frozen;

impl HostWallClock for Frozen {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Frozen {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

/// The state of an instance, as it is read for its snapshot.
struct Snapshot<'a> {
    store: &'a mut Store<State>,
    instance: Instance,
}

impl InstanceState for Snapshot<'_> {
    async fn global_get(&mut self, name: &str, _: wasmtime_wizer::ValType) -> SnapshotVal {
        let global = self.instance.get_global(&mut *self.store, name);
        match global.map(|global| global.get(&mut *self.store)) {
            Some(Val::I64(value)) => SnapshotVal::I64(value),
            Some(Val::F32(value)) => SnapshotVal::F32(value),
            Some(Val::F64(value)) => SnapshotVal::F64(value),
            Some(Val::V128(value)) => SnapshotVal::V128(value.as_u128()),
            Some(Val::I32(value)) => SnapshotVal::I32(value),
            // References in globals are refused before anything runs.
            _ => SnapshotVal::I32(0),
        }
    }

    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        match self.instance.get_memory(&mut *self.store, name) {
            Some(memory) => contents(memory.data(&self.store)),
            None => contents(&[]),
        }
    }
}
