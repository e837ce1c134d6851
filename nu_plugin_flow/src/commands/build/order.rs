//! What is to be built: from arguments, the pipeline, or the current directory.

use std::path::Path;

use flow_build::{Agent, AgentError, BuildError, Target, agent};
use miette::Diagnostic;
use nu_plugin::EvaluatedCall;
use nu_protocol::{LabeledError, Record, Span, Spanned, Value};
use thiserror::Error;

use crate::commands::choices;

/// The words for `--target`.
pub(super) const TARGETS: [&str; 2] = ["component", "web"];

/// Columns of a workspace's row that are handed on.
const ORIGIN: [&str; 2] = ["id", "workspace"];

/// One agent to build.
pub(super) struct Wanted {
    /// What is handed on of the row that it came from.
    pub origin: Record,
    /// The agent's name, or what the user wrote where there is no agent.
    pub name: String,
    /// What named it.
    pub span: Span,
    /// The agent, or why there is none.
    pub agent: Result<Agent, Failure>,
}

/// Why an agent was not built.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum Failure {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Build(#[from] BuildError),
    #[error("it was not provisioned: {reason}")]
    #[diagnostic(
        code(flow::build::not_provisioned),
        help("correct what failed, and run `flow provision` again")
    )]
    NotProvisioned { reason: String },
}

/// What `call` and `input` name, else every agent below `directory`.
pub(super) fn read(
    call: &EvaluatedCall,
    input: &Value,
    directory: &Path,
) -> Result<Vec<Wanted>, LabeledError> {
    let named: &[Value] = match input {
        _ if !call.positional.is_empty() => &call.positional,
        Value::Nothing { .. } => return below(directory, call.head),
        Value::List { vals, .. } => vals,
        single => std::slice::from_ref(single),
    };
    let mut wanted = Vec::new();
    for value in named {
        wanted.extend(one(value, directory)?);
    }
    Ok(wanted)
}

/// What one argument or row names.
fn one(value: &Value, directory: &Path) -> Result<Vec<Wanted>, LabeledError> {
    let span = value.span();
    let row = match value {
        Value::String { val, .. } | Value::Glob { val, .. } => {
            return Ok(locate(val, &Record::new(), span, directory));
        }
        Value::Record { val, .. } => val,
        Value::Error { error, .. } => return Err(LabeledError::from((**error).clone())),
        other => return Err(shape(format!("cannot build: {}", other.get_type()), span)),
    };
    let origin: Record = row
        .iter()
        .filter(|(name, _)| ORIGIN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    match (row.get("path"), row.get("error")) {
        (
            Some(Value::String {
                val, internal_span, ..
            }),
            _,
        ) => Ok(locate(val, &origin, *internal_span, directory)),
        // `flow provision` could not make this one, and says why.
        (Some(Value::Nothing { .. }), Some(Value::String { val: reason, .. })) => {
            Ok(vec![Wanted {
                name: row
                    .get("id")
                    .and_then(|id| id.as_str().ok())
                    .unwrap_or("agent")
                    .to_owned(),
                origin,
                span,
                agent: Err(Failure::NotProvisioned {
                    reason: reason.clone(),
                }),
            }])
        }
        (Some(other), _) => Err(shape(
            format!("no path: {}", other.get_type()),
            other.span(),
        )),
        (None, _) => Err(shape("a row has no column `path`".to_owned(), span)),
    }
}

fn shape(message: String, span: Span) -> LabeledError {
    LabeledError::new(message)
        .with_code("flow::build::input")
        .with_help(
            "hand over paths, or rows with a column `path` such as those of `flow provision`",
        )
        .with_label("here", span)
}

/// The agent that `text` names; where that is a folder of agents, all in it.
fn locate(text: &str, origin: &Record, span: Span, directory: &Path) -> Vec<Wanted> {
    let wanted = |name: String, agent: Result<Agent, AgentError>| Wanted {
        origin: origin.clone(),
        name: agent.as_ref().map_or(name, |agent| agent.name.clone()),
        span,
        agent: agent.map_err(|error| Failure::Build(error.into())),
    };
    match Agent::locate(text, directory) {
        Err(AgentError::NoAgent { path }) => {
            let found = agent::find_all(&path);
            if found.is_empty() {
                return vec![wanted(text.to_owned(), Err(AgentError::NoAgent { path }))];
            }
            let found = found.into_iter();
            found
                .map(|(folder, agent)| wanted(folder.display().to_string(), agent))
                .collect()
        }
        agent => vec![wanted(text.to_owned(), agent)],
    }
}

/// Every agent in `directory` and below.
fn below(directory: &Path, head: Span) -> Result<Vec<Wanted>, LabeledError> {
    Ok(locate(".", &Record::new(), head, directory))
}

/// What to build for.
pub(super) fn target(call: &EvaluatedCall) -> Result<Target, LabeledError> {
    let Some(target) = call.get_flag::<Spanned<String>>("target")? else {
        return Ok(Target::default());
    };
    target.item.parse().map_err(|_| {
        choices::unknown(
            "target",
            "flow::build::unknown_target",
            &target.item,
            &TARGETS,
            target.span,
        )
    })
}
