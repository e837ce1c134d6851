//! What the host keeps for one instance, behind wasmtime's store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use flow_store::Store as Memory;
use miette::Diagnostic;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::filesystem::FsPerms;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::host::agent::AgentHost;
use crate::host::log::{Log, LogSink};
use crate::host::network::{self, Peers};
use crate::limits::Limits;
use crate::peers::Directory;
use crate::permissions::{DirGrant, Permissions};

/// Instances inside one store: a component is made of a few.
const INSTANCES: usize = 64;
const MEMORIES: usize = 8;
const TABLES: usize = 64;

/// Why the host stopped a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Stop {
    #[error("out of time")]
    Timeout,
    #[error("interrupted")]
    Interrupted,
}

/// What an agent is given: its limits, its permissions, where its log goes.
#[derive(Clone)]
pub struct Grants {
    /// What it may use.
    pub limits: Limits,
    /// What it may reach.
    pub permissions: Permissions,
    /// The values of the environment variables that it may see.
    pub environment: Vec<(String, String)>,
    /// Receives each line of its log.
    pub log: LogSink,
    /// What it is called in errors and in the table of calls.
    pub name: String,
    /// What tells it apart from every other agent, such as the path of its source.
    pub identity: String,
    /// Where the memory is that its permissions name.
    pub store: Option<Memory>,
    /// Who the agents are that it may call, by the names under which it knows them.
    pub callable: HashMap<String, String>,
    /// Those agents, and all that these may call. Counts for the agent that a run
    /// begins with alone; the others have it from their caller.
    pub directory: Directory,
    /// Whether calls are noted, for [`crate::Instance::take_calls`].
    pub trace: bool,
}

impl Grants {
    /// These limits, and nothing else.
    #[must_use]
    pub fn nothing(limits: Limits) -> Self {
        Self {
            limits,
            permissions: Permissions::default(),
            environment: Vec::new(),
            log: silent(),
            name: String::new(),
            identity: String::new(),
            store: None,
            callable: HashMap::new(),
            directory: Directory::default(),
            trace: false,
        }
    }
}

/// A grant that cannot be given.
#[derive(Debug, Error, Diagnostic)]
pub enum GrantError {
    /// The directory cannot be opened.
    #[error("cannot open the granted directory: `{path}`")]
    #[diagnostic(
        code(flow::permissions::open),
        help("create the directory, or correct `--allow-dir` or `dirs` in agent.toml")
    )]
    Directory {
        /// As it was resolved on the host.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// The state of one instance.
pub(crate) struct State {
    /// WASI; preview 1 wraps preview 2.
    wasi: WasiP1Ctx,
    http: WasiHttpCtx,
    pub(crate) peers: Peers,
    pub(crate) agent: AgentHost,
    pub(crate) log: Log,
    pub(crate) memory: MemoryLimiter,
    deadline: Option<Instant>,
    cancel: CancellationToken,
}

/// Counts and bounds the memory and tables of one store.
#[derive(Debug, Default)]
pub(crate) struct MemoryLimiter {
    limit: u64,
    table_limit: u64,
    bytes: u64,
    peak: u64,
    elements: u64,
    /// Bytes that were asked for and refused.
    pub(crate) refused: Option<u64>,
    /// Table elements that were asked for and refused.
    pub(crate) refused_elements: Option<u64>,
}

impl State {
    /// A store for one instance, with its limits in force.
    pub(crate) fn store(
        engine: &Engine,
        agent: AgentHost,
        cancel: CancellationToken,
        streams: impl FnOnce(&mut WasiCtxBuilder),
    ) -> Result<Store<State>, GrantError> {
        let grants = agent.grants().clone();
        let log = Log::new(grants.log.clone());
        let peers = Peers {
            granted: grants.permissions.net.clone().into(),
            refusals: agent.refusals().clone(),
        };
        let mut builder = WasiCtxBuilder::new();
        builder.stdout(log.clone()).stderr(log.clone());
        builder.envs(&grants.environment);
        // The first of two with one name counts.
        if !grants.permissions.dirs.is_empty() {
            builder.env(DIRECTORY.0, DIRECTORY.1);
        }
        for grant in &grants.permissions.dirs {
            open(&mut builder, grant)?;
        }
        network::configure(&mut builder, &peers);
        streams(&mut builder);
        let state = State {
            wasi: builder.build_p1(),
            http: WasiHttpCtx::new(),
            peers,
            agent,
            log,
            memory: MemoryLimiter {
                limit: grants.limits.memory,
                table_limit: grants.limits.table_elements,
                ..MemoryLimiter::default()
            },
            deadline: None,
            cancel,
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|mut context| {
            let state = context.data_mut();
            if state.cancel.is_cancelled() {
                return Err(Stop::Interrupted.into());
            }
            if state
                .deadline
                .is_some_and(|deadline| Instant::now() >= deadline)
            {
                return Err(Stop::Timeout.into());
            }
            Ok(UpdateDeadline::Continue(1))
        });
        store.set_hostcall_fuel(usize::try_from(grants.limits.output).unwrap_or(usize::MAX));
        Ok(store)
    }

    pub(crate) fn preview1(&mut self) -> &mut WasiP1Ctx {
        &mut self.wasi
    }

    pub(crate) fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}

/// Begins one record, or the only run of a command: from now on its time, which ends
/// at `bound` at the latest, its fuel and its log count.
pub(crate) fn begin(store: &mut Store<State>, limits: &Limits, bound: Option<Instant>) {
    store.set_epoch_deadline(1);
    let state = store.data_mut();
    state.deadline = earlier(limits.deadline(), bound);
    state.log.begin(limits.output);
}

/// The earlier of two moments, where there are two.
pub(crate) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Where a relative path begins for a guest. wasi-libc takes `/` anyway, Go whatever
/// was granted first.
const DIRECTORY: (&str, &str) = ("PWD", "/");

/// The name of a granted directory, from the root: wasi-libc finds relative paths
/// in it too, and Go finds no others.
fn from_root(name: &str) -> String {
    match name {
        "." => "/".to_owned(),
        name if name.starts_with('/') => name.to_owned(),
        name => format!("/{name}"),
    }
}

fn open(builder: &mut WasiCtxBuilder, grant: &DirGrant) -> Result<(), GrantError> {
    let access = if grant.write {
        FsPerms::ReadWrite
    } else {
        FsPerms::ReadOnly
    };
    builder
        .preopened_dir(&grant.host, from_root(&grant.guest), access)
        .map_err(|error| GrantError::Directory {
            path: grant.host.display().to_string(),
            source: error
                .downcast()
                .unwrap_or_else(|error| std::io::Error::other(error.to_string())),
        })?;
    Ok(())
}

impl MemoryLimiter {
    /// The most bytes that were in use at once.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = (desired as u64).saturating_sub(current as u64);
        let bytes = self.bytes.saturating_add(more);
        if bytes > self.limit {
            self.refused = Some(bytes);
            return Ok(false);
        }
        self.bytes = bytes;
        self.peak = self.peak.max(bytes);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = (desired as u64).saturating_sub(current as u64);
        let elements = self.elements.saturating_add(more);
        if elements > self.table_limit {
            self.refused_elements = Some(elements);
            return Ok(false);
        }
        self.elements = elements;
        Ok(true)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }

    fn tables(&self) -> usize {
        TABLES
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi.ctx()
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.peers,
            table: self.wasi.ctx().table,
            ctx: &mut self.http,
        }
    }
}

/// A sink that forgets.
#[must_use]
pub fn silent() -> LogSink {
    Arc::new(|_| {})
}
