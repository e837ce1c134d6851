//! Commands: WASI programs with standard streams, of preview 1 or 2.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio_util::sync::{CancellationToken, DropGuard};
use wasmtime::Store;
use wasmtime::component::ComponentExportIndex;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::{Command as WasiCommand, CommandPre};

use crate::error::{LoadError, RunError};
use crate::host::agent::AgentHost;
use crate::host::pipe::{self, GuestInput, GuestOutput, StandardInput, StandardOutput};
use crate::interpreter::{EngineProblem, load};
use crate::live::{begin_record, bounds, fuel_used, wait};
use crate::program::{Code, Program};
use crate::python;
use crate::state::{Grants, State};
use crate::stop::{NO_FILES, explain, refused, refused_path};
use crate::ticker;

/// A command with its grants, from which runs are started.
#[derive(Clone)]
pub struct Command {
    program: Arc<Program>,
    linked: Linked,
    grants: Arc<Grants>,
}

#[derive(Clone)]
enum Linked {
    Module(wasmtime::InstancePre<State>),
    Component(CommandPre<State>),
    /// An engine, and where its `load` is.
    Engine(CommandPre<State>, ComponentExportIndex),
    Python(python::Linked),
}

/// A command that runs on a thread of its own. Dropping it stops it.
pub struct Run {
    thread: JoinHandle<Result<Usage, RunError>>,
    stop: DropGuard,
}

/// What a run used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The most bytes of linear memory.
    pub peak_memory: u64,
    /// Units of fuel; `None` where fuel is not counted.
    pub fuel: Option<u64>,
}

impl Command {
    /// Links `program`, which has to be a command.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        let linked = match &program.code {
            Code::Module(module) => {
                let linker = program.set.modules()?;
                Linked::Module(linker.instantiate_pre(module).map_err(|error| {
                    LoadError::Import {
                        reason: format!("{error:#}"),
                    }
                })?)
            }
            Code::Component(_) => Linked::Component(linked(&program)?),
            Code::Engine(component, _) => {
                Linked::Engine(linked(&program)?, load::index(component)?)
            }
            Code::Python(code, _) => {
                Linked::Python(python::Linked::new(code.clone(), grants.clone())?)
            }
        };
        Ok(Self {
            program,
            linked,
            grants: Arc::new(grants),
        })
    }

    /// Starts a run with these arguments, the first of which is the program's
    /// name. Its input ends when the returned [`StandardInput`] is dropped.
    pub fn start(
        &self,
        arguments: &[String],
        cancel: &CancellationToken,
    ) -> Result<(StandardInput, StandardOutput, Run), RunError> {
        let place = self.program.place()?;
        let (input, guest_input) = pipe::input();
        let (guest_output, output) = pipe::output();
        let cancel = cancel.child_token();
        let builder = std::thread::Builder::new().name("flow-command".into());
        let thread = if let Linked::Python(linked) = &self.linked {
            let streams = python::Streams {
                input: Box::new(guest_input),
                output: Box::new(guest_output.writer()),
                ..python::Streams::default()
            };
            let (linked, arguments) = (linked.clone(), arguments.to_vec());
            let cancel = cancel.clone();
            builder.spawn(move || python::run(&linked, place, &cancel, streams, &arguments))
        } else {
            let store = self.store(arguments, &cancel, guest_input, guest_output)?;
            let command = self.clone();
            builder.spawn(move || {
                let _place = place;
                command.run(store)
            })
        };
        let thread = thread.map_err(|error| RunError::Host {
            reason: error.to_string(),
        })?;
        let run = Run {
            thread,
            stop: cancel.drop_guard(),
        };
        Ok((input, output, run))
    }

    fn store(
        &self,
        arguments: &[String],
        cancel: &CancellationToken,
        input: GuestInput,
        output: GuestOutput,
    ) -> Result<Store<State>, RunError> {
        let engine = &self.program.set.engine;
        Ok(State::store(
            engine,
            AgentHost::new(self.grants.clone(), None),
            cancel.clone(),
            |wasi| {
                wasi.args(arguments).stdin(input).stdout(output);
            },
        )?)
    }

    fn run(&self, mut store: Store<State>) -> Result<Usage, RunError> {
        let _running = ticker::run();
        begin_record(&mut store, &self.grants, None)?;
        let (deadline, cancel) = bounds(&store);
        let ended = match &self.linked {
            Linked::Module(pre) => wait(deadline, &cancel, async {
                let instance = pre.instantiate_async(&mut store).await?;
                let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
                start.call_async(&mut store, ()).await
            }),
            Linked::Component(pre) => wait(deadline, &cancel, async {
                let command = pre.instantiate_async(&mut store).await?;
                let ended = command.wasi_cli_run().call_run(&mut store).await?;
                ended.map_err(|()| I32Exit(1).into())
            }),
            Linked::Engine(pre, index) => wait(deadline, &cancel, async {
                let instance = pre.instance_pre().instantiate_async(&mut store).await?;
                let Some(agent) = self.program.sources() else {
                    return Err(wasmtime::Error::msg("an engine without sources"));
                };
                let loaded = load::waiting(&mut store, &instance, *index, agent).await?;
                if let Err(problem) = loaded {
                    return Err(problem.into());
                }
                let command = WasiCommand::new(&mut store, &instance)?;
                let ended = command.wasi_cli_run().call_run(&mut store).await?;
                ended.map_err(|()| I32Exit(1).into())
            }),
            Linked::Python(_) => Err(wasmtime::Error::msg("python runs without a store of WASI")),
        };
        self.conclude(&mut store, ended)
    }

    fn conclude(
        &self,
        store: &mut Store<State>,
        ended: wasmtime::Result<()>,
    ) -> Result<Usage, RunError> {
        let failed = match ended {
            Err(error) if error.is::<EngineProblem>() => Some(unloaded(store, &error)),
            Err(error) => match error.downcast_ref::<I32Exit>() {
                Some(I32Exit(0)) => None,
                Some(I32Exit(status)) => Some(self.status(store, *status)),
                None => Some(explain(store, &error, &self.grants.limits)),
            },
            Ok(()) => None,
        };
        store.data().log.take_tail();
        match failed {
            Some(error) => Err(error),
            None => {
                store.data().agent.record().commit()?;
                Ok(Usage {
                    peak_memory: store.data().memory.peak(),
                    fuel: fuel_used(store, &self.grants.limits),
                })
            }
        }
    }

    fn status(&self, store: &mut Store<State>, status: i32) -> RunError {
        let log = store.data().log.take_tail();
        let help = refused(store.data_mut()).or_else(|| match &log {
            Some(log) => refused_path(log),
            // It says nothing: what it lacked can only be guessed.
            None if self.grants.permissions.dirs.is_empty() && self.program.opens_files() => {
                Some(NO_FILES.into())
            }
            None => None,
        });
        RunError::Status { status, log, help }
    }
}

fn linked(program: &Program) -> Result<CommandPre<State>, LoadError> {
    CommandPre::new(program.link(true)?).map_err(|error| LoadError::Export {
        reason: format!("{error:#}"),
    })
}

/// The error of a program that its engine did not take.
fn unloaded(store: &mut Store<State>, problem: &wasmtime::Error) -> RunError {
    let message = problem.to_string();
    RunError::Agent {
        help: refused(store.data_mut()).or_else(|| refused_path(&message)),
        message,
    }
}

impl Run {
    /// Waits for the end of the run, after its output has ended.
    pub fn finish(self) -> Result<Usage, RunError> {
        let ended = self.thread.join();
        drop(self.stop);
        ended.unwrap_or_else(|_| {
            Err(RunError::Host {
                reason: "the thread of the command panicked".into(),
            })
        })
    }
}
