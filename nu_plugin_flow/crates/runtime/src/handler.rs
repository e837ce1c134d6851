//! Handlers: one record in, one answer out.

use std::sync::Arc;
use std::time::Instant;

use pyodide_wasmtime::Function;
use tokio_util::sync::CancellationToken;
use wasmtime::component::{ComponentExportIndex, Type, TypedFunc};

use crate::call::functions;
use crate::error::{LoadError, RunError};
use crate::host::agent::{Called, HANDLER};
use crate::interpreter::{EngineProblem, load};
use crate::live::{Linked, Live};
use crate::program::{Code, Program, export};
use crate::python;
use crate::record::{Call, SharedRecord};
use crate::state::Grants;
use crate::stop::{no_files, refused, refused_path};

type Handle = TypedFunc<(&'static str,), (Result<String, String>,)>;

/// A handler with its grants, from which instances are spawned.
#[derive(Clone)]
pub struct Handler(Form);

#[derive(Clone)]
enum Form {
    Component {
        linked: Linked,
        handle: ComponentExportIndex,
        /// Where the program is an engine, which loads the agent first.
        load: Option<ComponentExportIndex>,
    },
    Python {
        linked: python::Linked,
        program: Arc<Program>,
    },
}

/// One live instance of a handler. It keeps its state between calls and is
/// gone after a crash.
pub struct Instance(Living);

enum Living {
    Component { live: Live, handle: Handle },
    Python(Box<python::Live>, Function),
}

impl Handler {
    /// Links `program`, which has to be a handler.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        if let Code::Python(code, _) = &program.code {
            let linked = python::Linked::new(code.clone(), grants)?;
            return Ok(Self(Form::Python { linked, program }));
        }
        let handle = export(program.component()?, HANDLER, "handle")?;
        check_type(&program)?;
        let load = match program.sources() {
            Some(_) => Some(load::index(program.component()?)?),
            None => None,
        };
        let linked = Linked::new(program, grants)?;
        Ok(Self(Form::Component {
            linked,
            handle,
            load,
        }))
    }

    /// Makes a fresh instance. `cancel` stops it, now and in later calls.
    pub fn spawn(&self, cancel: &CancellationToken) -> Result<Instance, RunError> {
        let (linked, handle, load) = match &self.0 {
            Form::Component {
                linked,
                handle,
                load,
            } => (linked, handle, load),
            Form::Python { linked, program } => {
                let handle = linked.function("handle")?;
                let load = linked.function("load")?;
                let mut live = linked.spawn(program.place()?, cancel, None)?;
                let compiled = live.call(load, &linked.code().entry())?;
                linked.code().keep(compiled);
                return Ok(Instance(Living::Python(Box::new(live), handle)));
            }
        };
        let (mut live, instance) = linked.spawn(cancel)?;
        if let (Some(index), Some(agent)) = (load, linked.sources()) {
            let loaded = live.run(
                |store| load::direct(store, &instance, *index, agent),
                async |store| load::waiting(store, &instance, *index, agent).await,
            )?;
            loaded.map_err(|problem| unloaded(&mut live, problem))?;
        }
        ready(live, &instance, *handle)
    }

    /// Makes an instance for the agent that called it, on that one's fiber.
    pub(crate) async fn spawn_called(
        &self,
        called: &Called,
        cancel: &CancellationToken,
    ) -> Result<Instance, RunError> {
        let (linked, handle, load) = match &self.0 {
            Form::Component {
                linked,
                handle,
                load,
            } => (linked, handle, load),
            Form::Python { linked, program } => {
                let handle = linked.function("handle")?;
                let load = linked.function("load")?;
                let place = program.place()?;
                let mut live = linked.spawn_called(place, cancel, called).await?;
                let entry = linked.code().entry();
                let compiled = live.call_called(load, &entry, called.bound).await?;
                linked.code().keep(compiled);
                return Ok(Instance(Living::Python(Box::new(live), handle)));
            }
        };
        let (mut live, instance) = linked.spawn_called(called, cancel).await?;
        if let (Some(index), Some(agent)) = (load, linked.sources()) {
            let loaded = live
                .run_called(called.bound, async |store| {
                    load::waiting(store, &instance, *index, agent).await
                })
                .await?;
            loaded.map_err(|problem| unloaded(&mut live, problem))?;
        }
        ready(live, &instance, *handle)
    }
}

/// The instance, once it has loaded its agent.
fn ready(
    mut live: Live,
    instance: &wasmtime::component::Instance,
    handle: ComponentExportIndex,
) -> Result<Instance, RunError> {
    let handle = instance
        .get_typed_func(&mut live.store, handle)
        .map_err(|error| RunError::Mismatch {
            reason: format!("`{HANDLER}` is not as it should be: {error:#}"),
        })?;
    Ok(Instance(Living::Component { live, handle }))
}

/// The error of an agent that its engine did not take.
fn unloaded(live: &mut Live, problem: EngineProblem) -> RunError {
    let help = help(live, &problem.message);
    problem.told(help)
}

impl Instance {
    /// Hands one record, as JSON text, to the handler and returns its answer,
    /// one JSON value. What the record did to the memory counts once
    /// [`commit`](Self::commit) says so; where it failed, it is forgotten.
    pub fn call(&mut self, input: &str) -> Result<String, RunError> {
        let answer = self.answer(input);
        if answer.is_err() {
            self.discard();
        }
        answer
    }

    fn answer(&mut self, input: &str) -> Result<String, RunError> {
        let (live, handle) = match &mut self.0 {
            Living::Component { live, handle } => (live, handle),
            Living::Python(live, handle) => {
                return text(live.call(*handle, input.as_bytes())?);
            }
        };
        let (answer,) = live.run(
            |store| handle.call(store, (input,)),
            async |store| handle.call_async(store, (input,)).await,
        )?;
        answer.map_err(|message| failed(live, message))
    }

    /// The same for the agent that called this one, by `bound`. Its memory is that of
    /// the caller's record.
    pub(crate) async fn call_called(
        &mut self,
        input: &str,
        bound: Option<Instant>,
    ) -> Result<String, RunError> {
        let (live, handle) = match &mut self.0 {
            Living::Component { live, handle } => (live, handle),
            Living::Python(live, handle) => {
                return text(live.call_called(*handle, input.as_bytes(), bound).await?);
            }
        };
        let (answer,) = live
            .run_called(bound, async |store| {
                handle.call_async(store, (input,)).await
            })
            .await?;
        answer.map_err(|message| failed(live, message))
    }

    /// Writes what the last record did to the memory, all of it or nothing.
    ///
    /// # Errors
    /// The store cannot be written; nothing is then.
    pub fn commit(&mut self) -> Result<(), RunError> {
        Ok(self.record().commit()?)
    }

    /// Forgets what the last record did to the memory, where its answer cannot be used.
    pub fn discard(&mut self) {
        self.record().discard();
    }

    /// The calls of other agents since the last time, where they are noted, in the order
    /// in which they began.
    pub fn take_calls(&mut self) -> Vec<Call> {
        self.record().take_calls()
    }

    fn record(&self) -> &SharedRecord {
        match &self.0 {
            Living::Component { live, .. } => live.record(),
            Living::Python(live, _) => live.record(),
        }
    }

    /// Whether it can take another record: false after a crash.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        match &self.0 {
            Living::Component { live, .. } => live.is_alive(),
            Living::Python(live, _) => live.is_alive(),
        }
    }

    /// The most bytes of linear memory it has used.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        match &self.0 {
            Living::Component { live, .. } => live.peak_memory(),
            Living::Python(live, _) => live.peak_memory(),
        }
    }

    /// Units of fuel that the last record used; `None` where fuel is not
    /// counted.
    #[must_use]
    pub fn fuel_used(&self) -> Option<u64> {
        match &self.0 {
            Living::Component { live, .. } => live.fuel_used(),
            Living::Python(..) => None,
        }
    }
}

fn failed(live: &mut Live, message: String) -> RunError {
    let help = help(live, &message);
    RunError::Agent { message, help }
}

fn text(answer: Vec<u8>) -> Result<String, RunError> {
    String::from_utf8(answer).map_err(|error| RunError::Host {
        reason: error.to_string(),
    })
}

/// How to grant what the agent was refused, as far as that is known.
fn help(live: &mut Live, message: &str) -> Option<String> {
    no_memory(live, message)
        .or_else(|| refused(live.store.data_mut()))
        .or_else(|| refused_path(message))
        .or_else(|| no_files(message, live.permissions()))
}

/// What could help an agent whose language noticed itself that memory was refused.
fn no_memory(live: &mut Live, message: &str) -> Option<String> {
    let asked = live.store.data_mut().memory.refused.take()?;
    message.contains("out of memory").then(|| {
        format!(
            "it asked for {asked} bytes in all, over its limit of {}: raise it with `--memory`, or with `memory` under [limits] in agent.toml",
            live.limits().memory
        )
    })
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
