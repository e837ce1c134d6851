//! Commands: WASI programs with standard streams, of preview 1 or 2.

use std::sync::Arc;
use std::thread::JoinHandle;

use pyodide_wasmtime::Streams;
use tokio_util::sync::{CancellationToken, DropGuard};
use wasmtime::Store;
use wasmtime::component::ComponentExportIndex;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::{Command as WasiCommand, CommandPre};
use wasmtime_wasi::runtime::in_tokio;

use crate::clock::Clock;
use crate::error::{LoadError, RunError};
use crate::explain::{NO_FILES, explain, refused, refused_path};
use crate::grants::Grants;
use crate::host::agent::host::AgentHost;
use crate::host::pipe::{self, StandardInput, StandardOutput};
use crate::host::view::HostView;
use crate::interpreter::contract::{EngineProblem, load};
use crate::peers::{Caller, Directory};
use crate::program::{Code, Program};
use crate::python::command;
use crate::python::instance::LinkedPython;
use crate::state::{State, begin, fuel_used};
use crate::ticker;
use crate::usage::Usage;

/// A command with its grants, from which runs are started.
#[derive(Clone)]
pub struct Command {
    program: Arc<Program>,
    form: Form,
    grants: Arc<Grants>,
}

#[derive(Clone)]
enum Form {
    Wasi(Wasi),
    Python(LinkedPython),
}

#[derive(Clone)]
enum Wasi {
    Module(wasmtime::InstancePre<State>),
    /// Where the component is an engine, also where its `load` is.
    Component(CommandPre<State>, Option<ComponentExportIndex>),
}

/// A command that runs on a thread of its own. Dropping it stops it.
pub struct Run {
    thread: JoinHandle<Result<Usage, RunError>>,
    stop: DropGuard,
}

impl Command {
    /// Links `program`, which has to be a command.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        let form = match &program.code {
            Code::Module(module) => {
                let linked = program.set.modules()?.instantiate_pre(module);
                Form::Wasi(Wasi::Module(linked.map_err(|error| LoadError::Import {
                    reason: format!("{error:#}"),
                })?))
            }
            Code::Component(_) => Form::Wasi(Wasi::Component(linked(&program)?, None)),
            Code::Engine(component, _) => {
                let load = load::index(component)?;
                Form::Wasi(Wasi::Component(linked(&program)?, Some(load)))
            }
            Code::Python(python, _) => {
                Form::Python(LinkedPython::new(python.clone(), grants.clone())?)
            }
        };
        Ok(Self {
            program,
            form,
            grants: Arc::new(grants),
        })
    }

    /// Starts a run with these arguments, the first of which is the program's
    /// name. It may call the agents in `directory` that it was granted. Its input ends
    /// when the returned [`StandardInput`] is dropped.
    pub fn start(
        &self,
        arguments: &[String],
        directory: &Directory,
        cancel: &CancellationToken,
    ) -> Result<(StandardInput, StandardOutput, Run), RunError> {
        let place = self.program.place()?;
        let (input, guest_input) = pipe::input();
        let (guest_output, output) = pipe::output();
        let cancel = cancel.child_token();
        let caller = Caller::person(directory, self.grants.trace);
        let builder = std::thread::Builder::new().name("flow-command".into());
        let thread = match &self.form {
            Form::Python(linked) => {
                let streams = Streams {
                    input: Box::new(guest_input),
                    output: Box::new(guest_output.writer()),
                    ..Streams::default()
                };
                let (linked, arguments) = (linked.clone(), arguments.to_vec());
                let cancel = cancel.clone();
                builder.spawn(move || {
                    let run = command::run(&linked, place, caller, &cancel, streams, &arguments);
                    in_tokio(run)
                })
            }
            Form::Wasi(wasi) => {
                let agent = AgentHost::new(self.grants.clone(), caller);
                let engine = &self.program.set.engine;
                let store = State::store(engine, agent, cancel.clone(), |builder| {
                    builder
                        .args(arguments)
                        .stdin(guest_input)
                        .stdout(guest_output);
                })?;
                let (command, wasi) = (self.clone(), wasi.clone());
                builder.spawn(move || {
                    let _place = place;
                    command.run(&wasi, store)
                })
            }
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

    fn run(&self, wasi: &Wasi, mut store: Store<State>) -> Result<Usage, RunError> {
        let _running = ticker::run();
        begin(&mut store, &self.grants.limits, None)?;
        let (deadline, cancel) = store.data().bounds();
        let clock = Clock::new(deadline, &cancel);
        let ended = in_tokio(clock.bound(self.execute(wasi, &mut store)));
        self.conclude(&mut store, ended)
    }

    async fn execute(&self, wasi: &Wasi, store: &mut Store<State>) -> wasmtime::Result<()> {
        let (pre, load) = match wasi {
            Wasi::Module(pre) => {
                let instance = pre.instantiate_async(&mut *store).await?;
                let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
                return start.call_async(store, ()).await;
            }
            Wasi::Component(pre, load) => (pre, load),
        };
        let command = match (load, self.program.sources()) {
            (Some(index), Some(agent)) => {
                let instance = pre.instance_pre().instantiate_async(&mut *store).await?;
                load::waiting(store, &instance, *index, agent).await??;
                WasiCommand::new(&mut *store, &instance)?
            }
            _ => pre.instantiate_async(&mut *store).await?,
        };
        let ended = command.wasi_cli_run().call_run(store).await?;
        ended.map_err(|()| I32Exit(1).into())
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
