//! From what the user typed to a file that can be loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flow_build::{Agent, AgentKind, Builder, Target};
use flow_runtime::{Profile, Program};
use flow_workspace::{Executor, LocalExecutor, Providers, WorkspaceExecutor};
use nu_plugin::EngineInterface;
use nu_protocol::{DynamicSuggestion, LabeledError, Span, Spanned};

use super::interpreters::{Interpreters, Places, is_bundle};
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;
use crate::shell::progress::BuildProgress;

/// An agent that is ready to be loaded.
pub(crate) struct Located {
    pub(crate) agent: Agent,
    pub(crate) wasm: PathBuf,
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

/// Finds the agent that `text` names, seen from `directory`, and builds it
/// where its sources are newer than what was built of them.
pub(crate) fn locate(
    engine: &EngineInterface,
    text: &str,
    span: Span,
    directory: &Path,
    places: &Places,
    interpreters: &Interpreters<'_>,
    interrupt: &Interrupt,
) -> Result<Located, LabeledError> {
    let agent =
        Agent::locate(text, directory).map_err(|error| labeled(&error, "this agent", span))?;
    let wasm = match &agent.kind {
        AgentKind::Wasm { path } if !is_bundle(path) => path.clone(),
        // A bundle is built already, but its packages may have to be fetched.
        _ => {
            let providers = environment::workspaces(engine, span)?;
            let executor = executor(&providers, &agent);
            let builder = Builder::new(places.cache.clone(), &*executor, Target::Component);
            interpreters
                .equip(builder)
                .for_running()
                .build(&agent, &interrupt.flag, &BuildProgress::new(false))
                .map_err(|error| labeled(&error, "this agent", span))?
                .path
        }
    };
    Ok(Located { agent, wasm })
}

/// An agent whose program is loaded.
pub(crate) struct Loaded {
    pub(crate) agent: Agent,
    pub(crate) program: Arc<Program>,
}

/// Finds, builds and loads the agent that `text` names. Fuel is counted where
/// the flags, the manifest or `count_fuel` ask for it.
pub(crate) fn load(
    plugin: &FlowPlugin,
    engine: &EngineInterface,
    text: &Spanned<String>,
    directory: &Path,
    flags: &Flags,
    count_fuel: bool,
    interrupt: &Interrupt,
) -> Result<Loaded, LabeledError> {
    let span = text.span;
    let places = Places::find(plugin, engine, span)?;
    let interpreters = places.interpreters();
    let located = locate(
        engine,
        &text.item,
        span,
        directory,
        &places,
        &interpreters,
        interrupt,
    )?;
    let count_fuel = count_fuel || flags.fuel(&located.agent.manifest.limits);
    let program = match is_bundle(&located.wasm) {
        true => interpreters.load(&located.wasm, count_fuel, span, &interrupt.flag)?,
        false => {
            let profile = match count_fuel {
                true => Profile::Fuel,
                false => Profile::General,
            };
            let loaded = places.runtime.load(&located.wasm, profile);
            loaded.map_err(|error| labeled(&error, "this agent", span))?
        }
    };
    Ok(Loaded {
        agent: located.agent,
        program,
    })
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
