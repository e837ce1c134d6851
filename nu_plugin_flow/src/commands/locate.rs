//! From what the user typed to a file that can be loaded.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use flow_build::{Agent, AgentKind, Builder, Progress, Target};
use flow_cache::Cache;
use flow_workspace::LocalExecutor;
use nu_protocol::{DynamicSuggestion, LabeledError, Span};

use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

/// An agent that is ready to be loaded.
pub(crate) struct Located {
    pub(crate) agent: Agent,
    pub(crate) wasm: PathBuf,
}

/// Finds the agent that `text` names, seen from `directory`, and builds it
/// where its sources are newer than what was built of them.
pub(crate) fn locate(
    text: &str,
    span: Span,
    directory: &Path,
    interrupt: &Interrupt,
) -> Result<Located, LabeledError> {
    let agent = Agent::locate(text, directory).map_err(|error| labeled(&error, "this agent", span))?;
    let wasm = match &agent.kind {
        AgentKind::Wasm { path } => path.clone(),
        AgentKind::Source { .. } => {
            let cache = Cache::locate().map_err(|error| labeled(&error, "this agent", span))?;
            Builder::new(cache, &LocalExecutor, Target::Component)
                .build(&agent, &interrupt.flag, &Announce)
                .map_err(|error| labeled(&error, "this agent", span))?
                .path
        }
    };
    Ok(Located { agent, wasm })
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

/// Says on a terminal that a tool is at work, which can take a while.
struct Announce;

impl Progress for Announce {
    fn line(&self, agent: &str, line: &str) {
        if std::io::stderr().is_terminal() {
            eprintln!("{agent}: {line}");
        }
    }
}
