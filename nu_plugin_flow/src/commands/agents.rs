//! The agents that a command names, as the crate `run` finds, builds and grants them, with errors
//! that point at what the user typed.

use std::path::{Path, PathBuf};

use flow_build::{Agent, Progress};
use flow_process::{Executor, LocalExecutor};
use flow_run::{About, Agents, Error, Granted, Loaded, Places, Surroundings};
use flow_workspace::{Providers, WorkspaceExecutor};
use nu_plugin::EngineInterface;
use nu_protocol::{DynamicSuggestion, LabeledError, Span};

use crate::commands::memory;
use crate::plugin::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;
use crate::shell::progress::BuildProgress;

/// Where code is kept, as Nushell's environment says now.
pub(crate) fn places(
    plugin: &FlowPlugin,
    engine: &EngineInterface,
    span: Span,
) -> Result<Places, LabeledError> {
    let cache = environment::cache(engine, span)?;
    Ok(Places {
        runtime: plugin.runtime(&cache),
        engines: environment::engines(engine, span)?,
        cache,
    })
}

/// What runs the build of an agent: the tools of its workspace, if it is in a container's, else
/// those of this machine.
pub(crate) fn executor(providers: &Providers, agent: &Agent) -> Box<dyn Executor> {
    let Some(id) = providers.owner(&agent.root) else {
        return Box::new(LocalExecutor);
    };
    match providers.of(&id) {
        provider if provider.name() == "local" => Box::new(LocalExecutor),
        provider => {
            let source = providers.source(&id);
            Box::new(WorkspaceExecutor::for_builds(provider, id, &source))
        }
    }
}

/// Nushell, as what a run takes its surroundings from.
pub(crate) struct Shell<'a> {
    engine: &'a EngineInterface,
    span: Span,
    progress: BuildProgress,
}

impl Surroundings for Shell<'_> {
    type Error = LabeledError;

    fn executor(&self, agent: &Agent) -> Result<Box<dyn Executor>, LabeledError> {
        let providers = environment::workspaces(self.engine, self.span)?;
        Ok(executor(&providers, agent))
    }

    fn variable(&self, name: &str) -> Result<Option<String>, LabeledError> {
        let value = self.engine.get_env_var(name)?;
        Ok(value.map(|value| value.coerce_into_string()).transpose()?)
    }

    fn memory(&self) -> Result<PathBuf, LabeledError> {
        Ok(memory::location(self.engine, false, self.span)?.path)
    }

    fn progress(&self) -> &dyn Progress {
        &self.progress
    }
}

/// An agent that the user named, with the flags of the call.
pub(crate) struct Named<'a> {
    pub(crate) places: Places,
    shell: Shell<'a>,
    flags: &'a Flags,
    interrupt: &'a Interrupt,
    span: Span,
}

impl<'a> Named<'a> {
    /// At `span`, in a call with `flags`.
    pub(crate) fn new(
        plugin: &FlowPlugin,
        engine: &'a EngineInterface,
        flags: &'a Flags,
        interrupt: &'a Interrupt,
        span: Span,
    ) -> Result<Self, LabeledError> {
        Ok(Self {
            places: places(plugin, engine, span)?,
            shell: Shell {
                engine,
                span,
                progress: BuildProgress::new(false),
            },
            flags,
            interrupt,
            span,
        })
    }

    pub(crate) fn agents(&self) -> Agents<'_, Shell<'a>> {
        Agents::new(&self.places, &self.shell, &self.interrupt.flag)
    }

    /// Finds, builds and loads the agent that `text` names, seen from `directory`.
    pub(crate) fn load(
        &self,
        text: &str,
        directory: &Path,
        count_fuel: bool,
    ) -> Result<Loaded, LabeledError> {
        let overrides = &self.flags.overrides;
        let loaded = self.agents().load(text, directory, overrides, count_fuel);
        loaded.map_err(|error| self.point(error))
    }

    /// What `agent` is granted by its manifest and the flags, with its callees ready.
    pub(crate) fn grants(&self, agent: &Agent, is_command: bool) -> Result<Granted, LabeledError> {
        let granted = self
            .agents()
            .grants(agent, &self.flags.overrides, is_command);
        granted.map_err(|error| self.point(error))
    }

    /// The error with the place that it is about.
    pub(crate) fn point(&self, error: Error<LabeledError>) -> LabeledError {
        let (about, error) = match error {
            Error::Run(about, error) => (about, error),
            Error::Surroundings(error) => return error,
        };
        let (label, span) = match about {
            About::Agent => ("this agent", Some(self.span)),
            About::Callee => ("this agent may call it", Some(self.span)),
            About::Grant(number) => ("this agent", self.flags.agents.get(number).copied()),
            About::Network => ("this permission", self.flags.net),
        };
        labeled(&*error, label, span.unwrap_or(self.span))
    }
}

/// Completions of an agent's name.
pub(crate) fn suggestions(directory: &Path) -> Vec<DynamicSuggestion> {
    flow_build::agent::names(directory)
        .into_iter()
        .map(|(name, folder)| DynamicSuggestion {
            value: name,
            description: Some(folder.display().to_string()),
            append_whitespace: true,
            ..DynamicSuggestion::default()
        })
        .collect()
}
