//! Handlers: one record in, one answer out.

use std::sync::Arc;

use pyodide_wasmtime::Function;
use tokio_util::sync::CancellationToken;
use wasmtime::component::{ComponentExportIndex, Type, TypedFunc};

use crate::call::functions;
use crate::error::{LoadError, RunError};
use crate::host::agent::HANDLER;
use crate::interpreter::load;
use crate::live::{Linked, Live};
use crate::program::{Code, Program, export};
use crate::python;
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
                if !compiled.is_empty() {
                    linked.code().compiled.get_or_init(|| compiled);
                }
                return Ok(Instance(Living::Python(Box::new(live), handle)));
            }
        };
        let (mut live, instance) = linked.spawn(cancel)?;
        if let (Some(index), Some(agent)) = (load, linked.sources()) {
            let loaded = live.run(
                |store| load::direct(store, &instance, *index, agent),
                async |store| load::waiting(store, &instance, *index, agent).await,
            )?;
            loaded.map_err(|problem| {
                let help = help(&mut live, &problem.message);
                problem.told(help)
            })?;
        }
        let handle = instance
            .get_typed_func(&mut live.store, *handle)
            .map_err(|error| RunError::Mismatch {
                reason: format!("`{HANDLER}` is not as it should be: {error:#}"),
            })?;
        Ok(Instance(Living::Component { live, handle }))
    }
}

impl Instance {
    /// Hands one record, as JSON text, to the handler and returns its answer,
    /// one JSON value.
    pub fn call(&mut self, input: &str) -> Result<String, RunError> {
        let (live, handle) = match &mut self.0 {
            Living::Component { live, handle } => (live, handle),
            Living::Python(live, handle) => {
                let answer = live.call(*handle, input.as_bytes())?;
                return String::from_utf8(answer).map_err(|error| RunError::Host {
                    reason: error.to_string(),
                });
            }
        };
        let (answer,) = live.run(
            |store| handle.call(store, (input,)),
            async |store| handle.call_async(store, (input,)).await,
        )?;
        answer.map_err(|message| {
            let help = help(live, &message);
            RunError::Agent { message, help }
        })
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
