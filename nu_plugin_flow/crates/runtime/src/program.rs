//! A loaded module or component, and what can be done with it.

use std::sync::Arc;

use flow_contract::Permissions;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, InstancePre};
use wasmtime::{Engine, Module};

use crate::capacity::{Capacity, Place};
use crate::error::{LoadError, RunError};
use crate::exports::HANDLER;
use crate::interpreter::agent::EngineAgent;
use crate::linkers::EngineSet;
use crate::python::program::PythonProgram;
use crate::state::State;

/// The interface that makes a component a command, without its version.
const RUN: &str = "wasi:cli/run@0.2.";

/// How a program is run: the three kinds of the agent contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Exports `flow:agent/handler`: one record in, one answer out.
    Handler,
    /// A WASI program with standard streams, of preview 1 or 2.
    Command,
    /// Any other component: its functions are called by their types.
    Typed,
    /// A core module without `_start`: nothing that flow could call.
    Library,
}

pub(crate) enum Code {
    Module(Module),
    Component(Component),
    /// An engine, and the sources that its instances load.
    Engine(Component, Arc<EngineAgent>),
    /// Python, and whether it has a handler.
    Python(Arc<PythonProgram>, bool),
}

/// A program that is ready to be instantiated any number of times.
pub struct Program {
    pub(crate) set: Arc<EngineSet>,
    pub(crate) code: Code,
    capacity: Capacity,
    kind: Kind,
}

impl Program {
    pub(crate) fn new(
        set: Arc<EngineSet>,
        code: Code,
        capacity: Capacity,
    ) -> Result<Self, LoadError> {
        let kind = match &code {
            Code::Module(module) if module.get_export("_start").is_some() => Kind::Command,
            Code::Module(_) => Kind::Library,
            Code::Component(component) => kind(component, &set.engine)?,
            Code::Engine(_, agent) if agent.handler => Kind::Handler,
            Code::Python(_, true) => Kind::Handler,
            Code::Engine(..) | Code::Python(_, false) => Kind::Command,
        };
        Ok(Self {
            set,
            code,
            capacity,
            kind,
        })
    }

    /// How it is run.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn component(&self) -> Result<&Component, LoadError> {
        match &self.code {
            Code::Component(component) | Code::Engine(component, _) => Ok(component),
            Code::Module(_) => Err(LoadError::Export {
                reason: "it is a core module, which has no typed exports".into(),
            }),
            Code::Python(..) => Err(LoadError::Export {
                reason: "it is Python, which has no typed exports".into(),
            }),
        }
    }

    /// What an instance has to load before it is the agent.
    pub(crate) fn sources(&self) -> Option<&Arc<EngineAgent>> {
        match &self.code {
            Code::Engine(_, agent) => Some(agent),
            _ => None,
        }
    }

    /// A place for one more live instance.
    pub(crate) fn place(&self) -> Result<Place, RunError> {
        self.capacity.take().ok_or(RunError::Instances {
            limit: self.capacity.limit(),
        })
    }

    /// Links the component; with `waiting`, its instances need a stack of
    /// their own and are called asynchronously.
    pub(crate) fn link(&self, waiting: bool) -> Result<InstancePre<State>, LoadError> {
        let linker = if waiting {
            self.set.waiting()?
        } else {
            self.set.direct()?
        };
        linker
            .instantiate_pre(self.component()?)
            .map_err(|error| LoadError::Import {
                reason: format!("{error:#}"),
            })
    }

    /// Whether it imports what opens files.
    pub(crate) fn opens_files(&self) -> bool {
        match &self.code {
            Code::Module(module) => module.imports().any(|import| import.name() == "path_open"),
            // Every engine does; what its language was refused it says itself.
            Code::Engine(..) => false,
            Code::Component(component) => component
                .component_type()
                .imports(&self.set.engine)
                .any(|(name, _)| name.starts_with("wasi:filesystem/types")),
            // Its refusals are known one by one.
            Code::Python(..) => false,
        }
    }

    /// Whether a host call of this component may wait, given what is granted.
    /// Most handlers import nothing that can, and then need no fiber.
    pub(crate) fn waits(&self, permissions: &Permissions) -> bool {
        let (Code::Component(component) | Code::Engine(component, _)) = &self.code else {
            return true;
        };
        let engine = &self.set.engine;
        component
            .component_type()
            .imports(engine)
            .any(|(name, import)| may_wait(name, &import.ty, engine, permissions))
    }
}

fn may_wait(
    name: &str,
    import: &ComponentItem,
    engine: &Engine,
    permissions: &Permissions,
) -> bool {
    let interface = name.split('@').next().unwrap_or(name);
    match interface {
        // Reading a device or a pipe waits; with no directory there is none.
        "wasi:filesystem/types" => !permissions.dirs.is_empty(),
        // The clock is the only source of a pollable that is not ready: the
        // standard streams of a handler are its log and nothing.
        "wasi:clocks/monotonic-clock" => match import {
            ComponentItem::ComponentInstance(clock) => clock
                .exports(engine)
                .any(|(function, _)| function.starts_with("subscribe")),
            _ => true,
        },
        "wasi:filesystem/preopens" | "wasi:clocks/wall-clock" => false,
        // The agent that is called may wait.
        "flow:agent/peers" => !permissions.agents.is_empty(),
        _ => !["wasi:cli/", "wasi:io/", "wasi:random/", "flow:agent/"]
            .iter()
            .any(|package| interface.starts_with(package)),
    }
}

fn kind(component: &Component, engine: &Engine) -> Result<Kind, LoadError> {
    let mut found = Kind::Typed;
    for (name, _) in component.component_type().exports(engine) {
        if name == HANDLER {
            return Ok(Kind::Handler);
        }
        if name.starts_with("flow:agent/handler") {
            return Err(LoadError::Export {
                reason: format!("it exports `{name}`, but this flow speaks `{HANDLER}`"),
            });
        }
        if name.starts_with(RUN) {
            found = Kind::Command;
        }
    }
    Ok(found)
}
