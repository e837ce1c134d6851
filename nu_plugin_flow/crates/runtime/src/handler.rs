//! Handlers: one record in, one answer out.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use flow_contract::Signature;
use pyodide_wasmtime::Function;
use tokio_util::sync::CancellationToken;
use wasmtime::component::{ComponentExportIndex, Type, TypedFunc};

use crate::call::functions;
use crate::component::{ComponentInstance, LinkedComponent};
use crate::error::{LoadError, RunError};
use crate::explain::{more_memory, no_files, refused, refused_path};
use crate::exports::{HANDLER, export};
use crate::fiber::block_on;
use crate::grants::Grants;
use crate::interpreter::contract::load;
use crate::peers::{CalledInstance, Callee, Caller, Directory, Entry};
use crate::program::{Code, Program};
use crate::python::instance::{LinkedPython, PythonInstance};
use crate::record::{Call, SharedRecord};

type Handle = TypedFunc<(&'static str,), (Result<String, String>,)>;

/// A handler with its grants, from which instances are spawned.
#[derive(Clone)]
pub struct Handler(Form);

#[derive(Clone)]
enum Form {
    Component {
        linked: LinkedComponent,
        handle: ComponentExportIndex,
        /// Where the program is an engine, which loads the agent first.
        load: Option<ComponentExportIndex>,
    },
    Python {
        linked: LinkedPython,
        program: Arc<Program>,
    },
}

/// One live instance of a handler. It keeps its state between calls and is
/// gone after a crash.
pub struct Instance(Living);

enum Living {
    Component {
        component: ComponentInstance,
        handle: Handle,
    },
    Python(Box<PythonInstance>, Function),
}

impl Directory {
    /// Adds the agent that `identity` names, such as the path of its source.
    pub fn add(&self, identity: impl Into<String>, handler: Handler, signature: Signature) {
        let entry = Entry {
            callee: Arc::new(handler),
            signature,
        };
        self.insert(identity.into(), entry);
    }
}

impl Handler {
    /// Links `program`, which has to be a handler.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        if let Code::Python(python, _) = &program.code {
            let linked = LinkedPython::new(python.clone(), grants)?;
            return Ok(Self(Form::Python { linked, program }));
        }
        let handle = export(program.component()?, HANDLER, "handle")?;
        check_type(&program)?;
        let load = match program.sources() {
            Some(_) => Some(load::index(program.component()?)?),
            None => None,
        };
        let linked = LinkedComponent::new(program, grants)?;
        Ok(Self(Form::Component {
            linked,
            handle,
            load,
        }))
    }

    /// Makes a fresh instance, which may call the agents in `directory` that it was
    /// granted. `cancel` stops it, now and in later calls.
    pub fn spawn(
        &self,
        directory: &Directory,
        cancel: &CancellationToken,
    ) -> Result<Instance, RunError> {
        let (waits, traced) = match &self.0 {
            Form::Component { linked, .. } => (linked.waits(), linked.traced()),
            Form::Python { linked, .. } => (true, linked.traced()),
        };
        let caller = Caller::person(directory, traced);
        block_on(waits, self.instance(caller, cancel))
    }

    /// Makes an instance on behalf of `caller`, and has it load its agent.
    async fn instance(
        &self,
        caller: Caller,
        cancel: &CancellationToken,
    ) -> Result<Instance, RunError> {
        let bound = caller.bound;
        let (linked, handle, load) = match &self.0 {
            Form::Component {
                linked,
                handle,
                load,
            } => (linked, handle, load),
            Form::Python { linked, program } => {
                let python = linked.program();
                let handle = python.function("handle")?;
                let load = python.function("load")?;
                let mut instance = linked.spawn(program.place()?, caller, cancel, None).await?;
                let compiled = instance.call(load, &python.entry(), bound).await?;
                python.keep(compiled);
                return Ok(Instance(Living::Python(Box::new(instance), handle)));
            }
        };
        let (mut component, instance) = linked.spawn(caller, cancel).await?;
        if let (Some(index), Some(agent)) = (load, linked.sources()) {
            let loaded = component
                .run(
                    bound,
                    |store| load::direct(store, &instance, *index, agent),
                    async |store| load::waiting(store, &instance, *index, agent).await,
                )
                .await?;
            loaded.map_err(|problem| {
                let help = help(&mut component, &problem.message);
                problem.into_error(help)
            })?;
        }
        let handle = instance
            .get_typed_func(&mut component.store, *handle)
            .map_err(|error| RunError::Mismatch {
                reason: format!("`{HANDLER}` is not as it should be: {error:#}"),
            })?;
        Ok(Instance(Living::Component { component, handle }))
    }
}

#[async_trait]
impl Callee for Handler {
    async fn spawn_for(
        &self,
        caller: Caller,
        cancel: &CancellationToken,
    ) -> Result<Box<dyn CalledInstance>, RunError> {
        Ok(Box::new(self.instance(caller, cancel).await?))
    }
}

#[async_trait]
impl CalledInstance for Instance {
    async fn answer(&mut self, input: &str, bound: Option<Instant>) -> Result<String, RunError> {
        self.handle(input, bound).await
    }

    fn is_alive(&self) -> bool {
        Instance::is_alive(self)
    }
}

impl Instance {
    /// Hands one record, as JSON text, to the handler and returns its answer,
    /// one JSON value. What the record did to the memory counts once
    /// [`commit`](Self::commit) says so; where it failed, it is forgotten.
    pub fn call(&mut self, input: &str) -> Result<String, RunError> {
        let waits = match &self.0 {
            Living::Component { component, .. } => component.waits(),
            Living::Python(..) => true,
        };
        let answer = block_on(waits, self.handle(input, None));
        if answer.is_err() {
            self.discard();
        }
        answer
    }

    /// The answer to one record, by `bound`.
    async fn handle(&mut self, input: &str, bound: Option<Instant>) -> Result<String, RunError> {
        let (component, handle) = match &mut self.0 {
            Living::Component { component, handle } => (component, handle),
            Living::Python(python, handle) => {
                let answer = python.call(*handle, input.as_bytes(), bound).await?;
                return String::from_utf8(answer).map_err(|error| RunError::Host {
                    reason: error.to_string(),
                });
            }
        };
        let (answer,) = component
            .run(
                bound,
                |store| handle.call(store, (input,)),
                async |store| handle.call_async(store, (input,)).await,
            )
            .await?;
        answer.map_err(|message| {
            let help = help(component, &message);
            RunError::Agent { message, help }
        })
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
            Living::Component { component, .. } => component.record(),
            Living::Python(python, _) => python.record(),
        }
    }

    /// Whether it can take another record: false after a crash.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        match &self.0 {
            Living::Component { component, .. } => component.is_alive(),
            Living::Python(python, _) => python.is_alive(),
        }
    }

    /// The most bytes of linear memory it has used.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        match &self.0 {
            Living::Component { component, .. } => component.peak_memory(),
            Living::Python(python, _) => python.peak_memory(),
        }
    }

    /// Units of fuel that the last record used; `None` where fuel is not
    /// counted.
    #[must_use]
    pub fn fuel_used(&self) -> Option<u64> {
        match &self.0 {
            Living::Component { component, .. } => component.fuel_used(),
            Living::Python(..) => None,
        }
    }
}

/// How to grant what the agent was refused, as far as that is known.
fn help(component: &mut ComponentInstance, message: &str) -> Option<String> {
    no_memory(component, message)
        .or_else(|| refused(component.store.data_mut()))
        .or_else(|| refused_path(message))
        .or_else(|| no_files(message, &component.grants().permissions))
}

/// What could help an agent whose language noticed itself that memory was refused.
fn no_memory(component: &mut ComponentInstance, message: &str) -> Option<String> {
    let asked = component.store.data_mut().memory.refused.take()?;
    message
        .contains("out of memory")
        .then(|| more_memory(asked, &component.grants().limits))
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
