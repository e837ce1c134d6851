//! What the host keeps for one instance, behind wasmtime's store.

use std::time::Instant;

use flow_contract::{DirGrant, Limits};
use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, Store, UpdateDeadline};
use wasmtime_wasi::filesystem::FsPerms;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::clock::{Clock, earlier};
use crate::error::RunError;
use crate::grants::GrantError;
use crate::host::agent::host::AgentHost;
use crate::host::log::Log;
use crate::host::network::peers::{self, Peers};
use crate::host::view::HostView;
use crate::limiter::MemoryLimiter;

/// The state of one instance.
pub(crate) struct State {
    /// WASI; preview 1 wraps preview 2.
    wasi: WasiP1Ctx,
    http: WasiHttpCtx,
    peers: Peers,
    pub(crate) agent: AgentHost,
    pub(crate) log: Log,
    pub(crate) memory: MemoryLimiter,
    deadline: Option<Instant>,
    cancel: CancellationToken,
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
        peers::configure(&mut builder, &peers);
        streams(&mut builder);
        let state = State {
            wasi: builder.build_p1(),
            http: WasiHttpCtx::new(),
            peers,
            agent,
            log,
            memory: MemoryLimiter::new(&grants.limits),
            deadline: None,
            cancel,
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|context| {
            let state = context.data();
            Clock::new(state.deadline, &state.cancel).check()?;
            Ok(UpdateDeadline::Continue(1))
        });
        store.set_hostcall_fuel(usize::try_from(grants.limits.output).unwrap_or(usize::MAX));
        Ok(store)
    }

    pub(crate) fn preview1(&mut self) -> &mut WasiP1Ctx {
        &mut self.wasi
    }
}

/// Begins one record, or the only run of a command: from now on its time, which ends
/// at `bound` at the latest, its fuel, where that is counted, and its log count.
pub(crate) fn begin(
    store: &mut Store<State>,
    limits: &Limits,
    bound: Option<Instant>,
) -> Result<(), RunError> {
    store.set_epoch_deadline(1);
    let state = store.data_mut();
    state.deadline = earlier(limits.deadline(), bound);
    state.log.begin(limits.output);
    if store.get_fuel().is_ok() {
        let fuel = limits.fuel.unwrap_or(u64::MAX);
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

impl HostView for State {
    fn agent(&mut self) -> &mut AgentHost {
        &mut self.agent
    }

    fn peers(&self) -> &Peers {
        &self.peers
    }

    fn bounds(&self) -> (Option<Instant>, CancellationToken) {
        (self.deadline, self.cancel.clone())
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
