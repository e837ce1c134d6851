//! The interface `flow:engine/program`, from the host's side.

use wasmtime::Store;
use wasmtime::component::{
    Component, ComponentExportIndex, ComponentType, Instance, Lift, TypedFunc,
};

use super::agent::{EngineAgent, EngineFile};
use crate::error::{LoadError, RunError};
use crate::exports::export;
use crate::state::State;

/// The interface of engines.
const PROGRAM: &str = "flow:engine/program@0.1.0";

/// Why an engine cannot run a source, and where.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift)]
#[component(record)]
pub struct EngineProblem {
    /// A sentence, or the engine's own lines.
    pub message: String,
    /// The file, below the agent's folder; empty where it is unknown.
    pub path: String,
    /// Counted from 1; 0 where it is unknown.
    pub line: u32,
    /// Counted from 1; 0 where it is unknown.
    pub column: u32,
}

/// What a source is, seen without running it.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift)]
#[component(record)]
pub struct EngineAnalysis {
    /// Whether it defines `handle`.
    pub handler: bool,
    /// Whether that function is asynchronous.
    pub asynchronous: bool,
    /// The modules that it names, as they are written there.
    pub imports: Vec<String>,
}

pub(super) type Analyse =
    TypedFunc<(&'static EngineFile,), (Result<EngineAnalysis, EngineProblem>,)>;
pub(super) type Vocabulary = TypedFunc<(), (Vec<String>,)>;
type Load = TypedFunc<(&'static str, &'static [EngineFile]), (Result<(), EngineProblem>,)>;

/// The position of one function of the interface.
pub(super) fn function(
    component: &Component,
    name: &str,
) -> Result<ComponentExportIndex, LoadError> {
    export(component, PROGRAM, name)
}

/// Hands an agent to a fresh instance of its engine.
pub(crate) mod load {
    use super::*;

    /// Where the engine has the function.
    pub(crate) fn index(component: &Component) -> Result<ComponentExportIndex, LoadError> {
        function(component, "load")
    }

    /// The function of one instance.
    fn of(
        store: &mut Store<State>,
        instance: &Instance,
        index: ComponentExportIndex,
    ) -> wasmtime::Result<Load> {
        instance.get_typed_func(store, index)
    }

    /// On the stack of the calling thread.
    pub(crate) fn direct(
        store: &mut Store<State>,
        instance: &Instance,
        index: ComponentExportIndex,
        agent: &EngineAgent,
    ) -> wasmtime::Result<Result<(), EngineProblem>> {
        let load = of(store, instance, index)?;
        let (answer,) = load.call(store, (&agent.entry, &agent.files))?;
        Ok(answer)
    }

    /// On a fiber.
    pub(crate) async fn waiting(
        store: &mut Store<State>,
        instance: &Instance,
        index: ComponentExportIndex,
        agent: &EngineAgent,
    ) -> wasmtime::Result<Result<(), EngineProblem>> {
        let load = of(store, instance, index)?;
        let (answer,) = load.call_async(store, (&agent.entry, &agent.files)).await?;
        Ok(answer)
    }
}

impl EngineProblem {
    /// The error of a run whose agent did not load.
    pub(crate) fn into_error(self, help: Option<String>) -> RunError {
        RunError::Agent {
            message: self.to_string(),
            help,
        }
    }
}

impl std::error::Error for EngineProblem {}

impl std::fmt::Display for EngineProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Engines put the place into their own words where they have any.
        let place = match (self.path.as_str(), self.line, self.column) {
            ("", ..) => String::new(),
            (path, 0, _) => path.to_owned(),
            (path, line, 0) => format!("{path}:{line}"),
            (path, line, column) => format!("{path}:{line}:{column}"),
        };
        match place.is_empty() || self.message.contains(&place) {
            true => formatter.write_str(&self.message),
            false => write!(formatter, "{place}: {}", self.message),
        }
    }
}
