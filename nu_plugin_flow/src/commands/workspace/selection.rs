//! Which workspaces a command is about: ids as arguments, or a table from the
//! pipeline.

use std::sync::atomic::AtomicBool;

use flow_workspace::{Call, Provider, Workspace, WorkspaceError, WorkspaceId};
use nu_protocol::{LabeledError, Span, Value};

use crate::shell::errors::labeled;
use crate::shell::nearest;

/// A workspace that is there, and what named it.
pub(super) struct Selected {
    pub id: WorkspaceId,
    pub span: Span,
}

/// All workspaces by id.
pub(super) fn all(provider: &dyn Provider) -> Result<Vec<Workspace>, WorkspaceError> {
    provider.list(&Call::new(&AtomicBool::new(false), None))
}

/// The workspaces that `arguments` name, else those of `input`.
///
/// # Errors
/// None is named, a row has no id, or there is no such workspace: so that
/// nothing is done by halves, all are looked up before anything is done.
pub(super) fn select(
    arguments: &[Value],
    input: &Value,
    head: Span,
    provider: &dyn Provider,
) -> Result<Vec<Selected>, LabeledError> {
    let named: &[Value] = match input {
        _ if !arguments.is_empty() => arguments,
        Value::Nothing { .. } => return Err(shape("no workspace is named", head)),
        Value::List { vals, .. } => vals,
        single => std::slice::from_ref(single),
    };
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let known = all(provider).map_err(|error| labeled(&error, "here", head))?;
    named.iter().map(|value| one(value, &known)).collect()
}

fn one(value: &Value, known: &[Workspace]) -> Result<Selected, LabeledError> {
    let id = match value {
        Value::Error { error, .. } => return Err(LabeledError::from((**error).clone())),
        Value::Record { val, .. } => val
            .get("id")
            .ok_or_else(|| shape("a row has no column `id`", value.span()))?,
        id => id,
    };
    let span = id.span();
    // An id may look like a number: `7`.
    let text = id
        .clone()
        .coerce_into_string()
        .map_err(|_| shape("not a workspace id", span))?;
    if let Some(workspace) = known.iter().find(|workspace| workspace.id.as_str() == text) {
        return Ok(Selected {
            id: workspace.id.clone(),
            span,
        });
    }
    let near = nearest(known.iter().map(|workspace| workspace.id.as_str()), &text);
    let near = near.map(|near| format!("write `{near}`"));
    let mut error = labeled(
        &WorkspaceError::NotFound { id: text },
        "this workspace",
        span,
    );
    error.help = near.or(error.help);
    Err(error)
}

fn shape(message: &str, span: Span) -> LabeledError {
    LabeledError::new(message)
        .with_code("flow::workspace::input")
        .with_help(
            "name ids, or hand over rows with a column `id` such as those of `flow workspace list`",
        )
        .with_label("here", span)
}
