//! Which workspaces a command is about: ids as arguments, or a table from the
//! pipeline.

use flow_workspace::{Call, Providers, WorkspaceError, WorkspaceId};
use nu_protocol::{LabeledError, Signature, Span, SyntaxShape, Type, Value};

use crate::commands::selection::types;
use crate::shell::errors::labeled;
use flow_contract::nearest;

/// A workspace that is there, and what named it.
pub(super) struct Selected {
    pub id: WorkspaceId,
    pub span: Span,
}

/// What a command takes and gives that is about workspaces: a table, and `of_arguments` without an
/// input.
pub(super) fn signature(signature: Signature, of_arguments: Type) -> Signature {
    signature.input_output_types(types(of_arguments)).rest(
        "ids",
        SyntaxShape::String,
        "the workspaces; else those of the input",
    )
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
    providers: &Providers,
    within: &Call<'_>,
) -> Result<Vec<Selected>, LabeledError> {
    let named: &[Value] = match input {
        _ if !arguments.is_empty() => arguments,
        Value::Nothing { .. } => return Err(shape("no workspace is named", head)),
        Value::List { vals, .. } => vals,
        single => std::slice::from_ref(single),
    };
    let mut selected: Vec<Selected> = Vec::with_capacity(named.len());
    for value in named {
        let one = one(value, providers, within)?;
        // What is named twice is meant once.
        if selected.iter().all(|other| other.id != one.id) {
            selected.push(one);
        }
    }
    Ok(selected)
}

fn one(value: &Value, providers: &Providers, within: &Call<'_>) -> Result<Selected, LabeledError> {
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
    if let Ok(id) = text.parse::<WorkspaceId>() {
        let found = providers.has(&id, within);
        if found.map_err(|error| labeled(&error, "this workspace", span))? {
            return Ok(Selected { id, span });
        }
    }
    let known = providers.known();
    // The next number is another workspace, not a slip of the finger.
    let stem = |id: &str| {
        id.trim_end_matches(|letter: char| letter.is_ascii_digit())
            .to_owned()
    };
    let others = known.iter().map(|(id, _)| id.as_str());
    let near = nearest(others.filter(|id| stem(id) != stem(&text)), &text);
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
