//! Workspaces as rows and completions, and the failures of several.

use std::time::SystemTime;

use flow_workspace::Workspace;
use nu_plugin::EngineInterface;
use nu_protocol::{DynamicSuggestion, IntoValue, LabeledError, Span, Value, record};

use crate::completion;
use crate::shell::environment;
use crate::shell::errors::labeled;

/// A workspace as a row.
pub(super) fn row(workspace: Workspace, head: Span) -> Value {
    let row = record! {
        "id" => Value::string(workspace.id.as_str(), head),
        "language" => workspace.language.into_value(head),
        "provider" => Value::string(workspace.provider, head),
        "state" => Value::string(workspace.state.as_str(), head),
        "path" => workspace.path.into_value(head),
        "created" => date(workspace.created, head),
        "error" => workspace.error.map(|error| labeled(&error, "", head).msg).into_value(head),
    };
    Value::record(row, head)
}

/// A time as a datetime in UTC, or nothing.
pub(crate) fn date(time: Option<SystemTime>, head: Span) -> Value {
    let utc = |time| chrono::DateTime::<chrono::Utc>::from(time).fixed_offset();
    time.map(utc).into_value(head)
}

/// An error if there are failures, and of every one of `rows`.
pub(crate) fn refuse_failures(
    failures: Vec<LabeledError>,
    rows: usize,
) -> Result<(), LabeledError> {
    if failures.len() < rows {
        return Ok(());
    }
    let mut failures = failures.into_iter();
    let Some(first) = failures.next() else {
        return Ok(());
    };
    // What is missing for all of them is said once: a toolchain in other words for each.
    let is_same = |other: &LabeledError| {
        let is_toolchain = other.code.as_deref() == Some("flow::workspace::toolchain");
        other.msg == first.msg || (is_toolchain && other.help == first.help)
    };
    let others: Vec<_> = failures.filter(|other| !is_same(other)).collect();
    Err(others.into_iter().fold(first, LabeledError::with_inner))
}

/// The ids of all workspaces, as completions: at once, without asking a provider.
pub(super) fn suggestions(engine: &EngineInterface) -> Option<Vec<DynamicSuggestion>> {
    let known = environment::workspaces(engine, Span::unknown())
        .ok()?
        .known();
    let known = known.into_iter();
    Some(completion::described(
        known.map(|(id, language)| (id.to_string(), language)),
    ))
}
