//! One live interpreter with an agent in it: its clock, its limits, its end.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use pyodide_wasmtime::{Access, Error, Function, Instance, Mount, Mounts, Options, Streams};
use tokio_util::sync::CancellationToken;

use super::host::Calls;
use super::program::Code;
use super::told::{granting, place};
use super::{PACKAGES, WORK, snapshots};
use crate::capacity::Place;
use crate::command::Usage;
use crate::error::{LoadError, RunError};
use crate::host::agent::{AgentHost, Called};
use crate::host::log::Log;
use crate::host::refusals::Refusals;
use crate::live::bounded;
use crate::record::SharedRecord;
use crate::state::{GrantError, Grants, Stop, earlier};
use crate::stop::explain_trap;
use crate::ticker;

/// Where the system keeps the rules of time zones, which are no secret and
/// which `zoneinfo` reads.
const ZONES: &str = "/usr/share/zoneinfo";

/// What instances of one agent share.
#[derive(Clone)]
pub(crate) struct Linked {
    code: Arc<Code>,
    grants: Arc<Grants>,
    mounts: Arc<Mounts>,
}

/// A live interpreter.
pub(crate) struct Live {
    instance: Instance,
    linked: Linked,
    log: Log,
    deadline: Arc<Mutex<Option<Instant>>>,
    cancel: CancellationToken,
    record: SharedRecord,
    refusals: Refusals,
    /// How many agents wait for this one.
    depth: usize,
    alive: bool,
    _place: Place,
}

impl Linked {
    /// Opens what is granted.
    pub(crate) fn new(code: Arc<Code>, grants: Grants) -> Result<Self, LoadError> {
        let mounts = mounts(&code, &grants)?;
        Ok(Self {
            code,
            grants: Arc::new(grants),
            mounts: Arc::new(mounts),
        })
    }

    pub(crate) fn code(&self) -> &Code {
        &self.code
    }

    /// The function of the glue with that name.
    pub(crate) fn function(&self, name: &str) -> Result<Function, RunError> {
        self.code
            .snapshot
            .function(name)
            .ok_or_else(|| RunError::Host {
                reason: format!("the snapshot has no `{name}`"),
            })
    }

    /// Starts an interpreter. Where `streams` is nothing, everything that the
    /// agent writes goes to its log.
    pub(crate) fn spawn(
        &self,
        place: Place,
        cancel: &CancellationToken,
        streams: Option<Streams>,
    ) -> Result<Live, RunError> {
        let agent = AgentHost::new(self.grants.clone(), None);
        let until = self.grants.limits.deadline();
        let begun = self.begin(place, cancel, streams, agent, until);
        wasmtime_wasi::runtime::in_tokio(begun)
    }

    /// Starts an interpreter for the agent that called it.
    pub(crate) async fn spawn_called(
        &self,
        place: Place,
        cancel: &CancellationToken,
        called: &Called,
    ) -> Result<Live, RunError> {
        let agent = AgentHost::new(self.grants.clone(), Some(called));
        let until = earlier(self.grants.limits.deadline(), called.bound);
        self.begin(place, cancel, None, agent, until).await
    }

    async fn begin(
        &self,
        place: Place,
        cancel: &CancellationToken,
        streams: Option<Streams>,
        agent: AgentHost,
        until: Option<Instant>,
    ) -> Result<Live, RunError> {
        let (limit, asked) = (self.grants.limits.memory, self.code.snapshot.memory());
        if limit < asked {
            return Err(RunError::Memory { limit, asked });
        }
        let log = Log::new(self.grants.log.clone());
        log.begin(self.grants.limits.output);
        let mut streams = streams.unwrap_or_else(|| Streams {
            output: Box::new(log.clone()),
            ..Streams::default()
        });
        streams.error = Box::new(log.clone());
        let deadline = Arc::new(Mutex::new(until));
        let (record, refusals) = (agent.record().clone(), agent.refusals().clone());
        let depth = agent.depth();
        let host = Calls {
            agent,
            deadline: deadline.clone(),
            cancel: cancel.clone(),
        };
        let options = Options {
            environment: self.grants.environment.clone(),
            mounts: self.mounts.clone(),
            directory: WORK.into(),
            streams,
            memory: self.grants.limits.memory,
            scratch: self.grants.limits.memory,
            interrupt: Some(interrupt(deadline.clone(), cancel.clone())),
            host: Some(Box::new(host)),
            ..Options::default()
        };
        let _running = ticker::run();
        let pyodide = &self.code.interpreter.pyodide;
        let begun = bounded(until, cancel, async {
            Ok(pyodide.start(&self.code.snapshot, options).await)
        })
        .await;
        let instance = match begun {
            Ok(Ok(instance)) => instance,
            Ok(Err(error)) => return Err(self.begin_failed(error)),
            Err(error) => return Err(self.begin_failed(Error::Wasm(error))),
        };
        Ok(Live {
            instance,
            linked: self.clone(),
            log,
            deadline,
            cancel: cancel.clone(),
            record,
            refusals,
            depth,
            alive: true,
            _place: place,
        })
    }

    fn begin_failed(&self, error: Error) -> RunError {
        let limits = &self.grants.limits;
        match error {
            Error::Wasm(error) => explain_trap(&error, limits, None, None),
            error => RunError::Host {
                reason: format!("{:?}", miette::Report::new(error)),
            },
        }
    }
}

impl Live {
    /// Calls one function of the glue. The clock starts anew.
    pub(crate) fn call(&mut self, function: Function, input: &[u8]) -> Result<Vec<u8>, RunError> {
        wasmtime_wasi::runtime::in_tokio(self.call_called(function, input, None))
    }

    /// The same where something waits already, until `bound` at the latest.
    pub(crate) async fn call_called(
        &mut self,
        function: Function,
        input: &[u8],
        bound: Option<Instant>,
    ) -> Result<Vec<u8>, RunError> {
        if !self.alive {
            return Err(RunError::Dead);
        }
        let _running = ticker::run();
        let until = earlier(self.linked.grants.limits.deadline(), bound);
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = until;
        self.log.begin(self.linked.grants.limits.output);
        let instance = &mut self.instance;
        let ended = bounded(until, &self.cancel, async {
            Ok(instance.call(function, input).await)
        })
        .await;
        let error = match ended {
            Ok(Ok(output)) if output.len() as u64 > self.linked.grants.limits.output => {
                return Err(RunError::Output {
                    limit: self.linked.grants.limits.output,
                });
            }
            Ok(Ok(output)) => return Ok(output),
            Ok(Err(error)) => error,
            Err(error) => Error::Wasm(error),
        };
        Err(self.explain(error))
    }

    /// How to grant what it was refused last.
    pub(crate) fn help(&mut self) -> Option<String> {
        let files = self.instance.take_refusals();
        self.refusals.take().or_else(|| files.last().map(granting))
    }

    /// What this record does beyond its agent.
    pub(crate) fn record(&self) -> &SharedRecord {
        &self.record
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.alive
    }

    pub(crate) fn peak_memory(&self) -> u64 {
        self.instance.peak_memory()
    }

    fn explain(&mut self, error: Error) -> RunError {
        let limits = self.linked.grants.limits.clone();
        match error {
            Error::Exception(exception) => {
                let refused = self.instance.take_refused_memory();
                let help = match (exception.class.as_str(), refused) {
                    ("MemoryError", Some(asked)) => Some(format!(
                        "it asked for {asked} bytes in all, over its limit of {}: raise it with `--memory`, or with `memory` under [limits] in agent.toml",
                        limits.memory
                    )),
                    _ => self.help(),
                };
                let summary = exception.summary();
                let message = match (self.depth, place(&exception.traceback)) {
                    (0, _) => format!("{summary}\n{}", exception.traceback.trim_end()),
                    // Whoever called it has a traceback of its own.
                    (_, Some(place)) => format!("{summary} ({place})"),
                    (_, None) => summary,
                };
                RunError::Agent { message, help }
            }
            Error::Exit { status } => {
                self.alive = false;
                RunError::Status {
                    status,
                    log: self.log.take_tail(),
                    help: self.help(),
                }
            }
            Error::Wasm(error) => {
                self.alive = false;
                let tail = self.log.take_tail();
                let waiting = self.record.take_waiting(self.depth);
                explain_trap(&error, &limits, tail, self.help()).while_calling(waiting)
            }
            error => {
                self.alive = false;
                RunError::Host {
                    reason: error.to_string(),
                }
            }
        }
    }
}

fn interrupt(
    deadline: Arc<Mutex<Option<Instant>>>,
    cancel: CancellationToken,
) -> pyodide_wasmtime::Interrupt {
    Arc::new(move || {
        if cancel.is_cancelled() {
            return Err(Stop::Interrupted.into());
        }
        let until = *deadline.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err(Stop::Timeout.into());
        }
        Ok(())
    })
}

/// The granted directories, the packages, and the rules of time zones.
fn mounts(code: &Code, grants: &Grants) -> Result<Mounts, LoadError> {
    let mut mounts: Vec<Mount> = Vec::new();
    for grant in &grants.permissions.dirs {
        let access = if grant.write {
            Access::ReadWrite
        } else {
            Access::ReadOnly
        };
        let path = match grant.guest.as_str() {
            "." => WORK.to_owned(),
            absolute if absolute.starts_with('/') => absolute.to_owned(),
            relative => format!("{WORK}/{relative}"),
        };
        let mount = snapshots::mount(&grant.host, &path, access);
        mounts.push(mount.map_err(|source| {
            LoadError::Grant(GrantError::Directory {
                path: grant.host.display().to_string(),
                source,
            })
        })?);
    }
    if let Some(packages) = &code.packages {
        let mount = snapshots::mount(&packages.folder, PACKAGES, Access::ReadOnly);
        mounts.push(mount.map_err(|source| LoadError::Read {
            path: packages.folder.clone(),
            source,
        })?);
    }
    let zones = snapshots::mount(Path::new(ZONES), ZONES, Access::ReadOnly);
    if let Ok(zones) = zones
        && mounts.iter().all(|mount| mount.path != ZONES.as_bytes())
    {
        mounts.push(zones);
    }
    Mounts::new(mounts).map_err(|error| LoadError::host(error.to_string()))
}

/// Runs a program to its end. Its first argument is its name.
pub(crate) fn run(
    linked: &Linked,
    place: Place,
    cancel: &CancellationToken,
    streams: Streams,
    arguments: &[String],
) -> Result<Usage, RunError> {
    let function = linked.function("run")?;
    let mut live = linked.spawn(place, cancel, Some(streams))?;
    let arguments = arguments.get(1..).unwrap_or_default();
    let status = match live.call(function, &linked.code.begin(arguments)?) {
        Ok(status) => String::from_utf8_lossy(&status).parse().unwrap_or(1),
        // It left by `os._exit`.
        Err(RunError::Status { status: 0, .. }) => 0,
        Err(error) => return Err(error),
    };
    let log = live.log.take_tail();
    if status == 0 {
        live.record.commit()?;
        return Ok(Usage {
            peak_memory: live.peak_memory(),
            fuel: None,
        });
    }
    Err(RunError::Status {
        status,
        log,
        help: live.help(),
    })
}
