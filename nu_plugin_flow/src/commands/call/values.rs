//! Values into a function and out of it.

use flow_runtime::typed::{Type, Val};
use flow_runtime::{Function, Program, resource_name};
use nu_protocol::{LabeledError, ShellError, Span, Value};

use crate::shell::errors::labeled;
use crate::shell::wit::{
    WitError, arguments, from_wit, render_function, require_supported, resource,
};

/// Refuses a function whose types have no values in Nushell, before it is
/// called; a resource is refused by its name.
pub(super) fn require_values(
    program: &Program,
    function: &Function,
    span: Span,
) -> Result<(), LabeledError> {
    for wit in function
        .parameters
        .iter()
        .map(|(_, wit)| wit)
        .chain(&function.result)
    {
        let Err(error) = require_supported(wit, span) else {
            continue;
        };
        let name = resource(wit).and_then(|resource| resource_name(program, &resource));
        let label = match name {
            Some(name) => format!("this export has to do with the resource `{name}`"),
            None => format!("this export is `{}`", signature(function)),
        };
        return Err(labeled(&error, label, span));
    }
    Ok(())
}

/// The arguments of the call, one for each parameter.
pub(super) fn lower(
    function: &Function,
    values: &[Value],
    call: Span,
) -> Result<Vec<Val>, LabeledError> {
    let parameters = function.parameters.iter();
    let parameters: Vec<_> = parameters
        .map(|(name, wit)| (name.as_str(), wit.clone()))
        .collect();
    arguments(values, &parameters, function.result.as_slice(), call).map_err(|error| {
        let label = match &error {
            WitError::Arguments { .. } => "this call",
            _ => "this does not fit the parameter",
        };
        labeled(&error, label, error.span())
    })
}

/// The result as a value; the `err` of a result is raised.
pub(super) fn lift(
    function: &Function,
    answer: Option<&Val>,
    span: Span,
) -> Result<Value, LabeledError> {
    let value = match (answer, &function.result) {
        (Some(val), Some(wit)) => {
            from_wit(val, wit, span).map_err(|error| labeled(&error, "from this export", span))?
        }
        _ => Value::nothing(span),
    };
    match value {
        Value::Error { error, .. } => Err(match *error {
            ShellError::LabeledError(error) => *error,
            other => other.into(),
        }),
        value => Ok(value),
    }
}

/// The function as WIT text.
pub(super) fn signature(function: &Function) -> String {
    let parameters = function.parameters.iter();
    let parameters = parameters.map(|(name, wit): &(String, Type)| (name.as_str(), wit.clone()));
    render_function(parameters, function.result.clone())
}
