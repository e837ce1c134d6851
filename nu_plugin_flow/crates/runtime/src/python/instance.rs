//! One live interpreter with an agent in it: its clock, its limits, its end.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use pyodide_wasmtime::{Access, Error, Function, Instance, Mount, Mounts, Options, Streams};
use tokio_util::sync::CancellationToken;

use super::explain::{granting, place};
use super::host::Calls;
use super::layout::{PACKAGES, WORK};
use super::program::PythonProgram;
use super::snapshots;
use crate::capacity::Place;
use crate::clock::{Clock, earlier};
use crate::error::{LoadError, RunError};
use crate::explain::{explain_trap, more_memory};
use crate::grants::{GrantError, Grants};
use crate::host::agent::host::AgentHost;
use crate::host::log::Log;
use crate::host::refusals::Refusals;
use crate::peers::Caller;
use crate::record::SharedRecord;
use crate::ticker;

/// Where the system keeps the rules of time zones, which are no secret and
/// which `zoneinfo` reads.
const ZONES: &str = "/usr/share/zoneinfo";

/// What instances of one agent share.
#[derive(Clone)]
pub(crate) struct LinkedPython {
    program: Arc<PythonProgram>,
    grants: Arc<Grants>,
    mounts: Arc<Mounts>,
}

/// One interpreter with its agent, which keeps its state between calls and is gone after
/// a crash.
pub(crate) struct PythonInstance {
    instance: Instance,
    grants: Arc<Grants>,
    log: Log,
    /// When the record that it works on has to end, as its host sees it too.
    deadline: Arc<Mutex<Option<Instant>>>,
    cancel: CancellationToken,
    record: SharedRecord,
    refusals: Refusals,
    /// How many agents wait for this one.
    depth: usize,
    alive: bool,
    _place: Place,
}

impl LinkedPython {
    /// Opens what is granted.
    pub(crate) fn new(program: Arc<PythonProgram>, grants: Grants) -> Result<Self, LoadError> {
        let mounts = mounts(&program, &grants)?;
        Ok(Self {
            program,
            grants: Arc::new(grants),
            mounts: Arc::new(mounts),
        })
    }

    pub(crate) fn program(&self) -> &PythonProgram {
        &self.program
    }

    /// Whether calls of other agents are noted where this is the first one.
    pub(crate) fn traced(&self) -> bool {
        self.grants.trace
    }

    /// Starts an interpreter. Where `streams` is nothing, everything that the
    /// agent writes goes to its log.
    pub(crate) async fn spawn(
        &self,
        place: Place,
        caller: Caller,
        cancel: &CancellationToken,
        streams: Option<Streams>,
    ) -> Result<PythonInstance, RunError> {
        let (limit, asked) = (self.grants.limits.memory, self.program.snapshot.memory());
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
        let until = earlier(self.grants.limits.deadline(), caller.bound);
        let deadline = Arc::new(Mutex::new(until));
        let agent = AgentHost::new(self.grants.clone(), caller);
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
        let pyodide = &self.program.interpreter.pyodide;
        let begun = pyodide.start(&self.program.snapshot, options);
        let instance = bounded(Clock::new(until, cancel), begun).await;
        Ok(PythonInstance {
            instance: instance.map_err(|error| self.unstarted(error))?,
            grants: self.grants.clone(),
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

    fn unstarted(&self, error: Error) -> RunError {
        let limits = &self.grants.limits;
        match error {
            Error::Wasm(error) => explain_trap(&error, limits, None, None),
            error => RunError::Host {
                reason: format!("{:?}", miette::Report::new(error)),
            },
        }
    }
}

impl PythonInstance {
    /// Calls one function of the glue. The clock starts anew, and ends at `bound` at the
    /// latest.
    pub(crate) async fn call(
        &mut self,
        function: Function,
        input: &[u8],
        bound: Option<Instant>,
    ) -> Result<Vec<u8>, RunError> {
        if !self.alive {
            return Err(RunError::Dead);
        }
        let _running = ticker::run();
        let limit = self.grants.limits.output;
        let until = earlier(self.grants.limits.deadline(), bound);
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = until;
        self.log.begin(limit);
        let clock = Clock::new(until, &self.cancel);
        match bounded(clock, self.instance.call(function, input)).await {
            Ok(output) if output.len() as u64 > limit => Err(RunError::Output { limit }),
            Ok(output) => Ok(output),
            Err(error) => Err(self.explain(error)),
        }
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

    /// The last lines of its log.
    pub(crate) fn take_log(&self) -> Option<String> {
        self.log.take_tail()
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.alive
    }

    pub(crate) fn peak_memory(&self) -> u64 {
        self.instance.peak_memory()
    }

    fn explain(&mut self, error: Error) -> RunError {
        let grants = self.grants.clone();
        match error {
            Error::Exception(exception) => {
                let refused = self.instance.take_refused_memory();
                let help = match (exception.class.as_str(), refused) {
                    ("MemoryError", Some(asked)) => Some(more_memory(asked, &grants.limits)),
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
                explain_trap(&error, &grants.limits, tail, self.help()).while_calling(waiting)
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

/// Runs `work` while `clock` does.
async fn bounded<T>(
    clock: Clock<'_>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let ended = clock.bound(async { Ok(work.await) }).await;
    ended.unwrap_or_else(|stopped| Err(Error::Wasm(stopped)))
}

fn interrupt(
    deadline: Arc<Mutex<Option<Instant>>>,
    cancel: CancellationToken,
) -> pyodide_wasmtime::Interrupt {
    Arc::new(move || {
        let deadline = *deadline.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Clock::new(deadline, &cancel).check()?)
    })
}

/// The granted directories, the packages, and the rules of time zones.
fn mounts(program: &PythonProgram, grants: &Grants) -> Result<Mounts, LoadError> {
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
    if let Some(packages) = &program.packages {
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
