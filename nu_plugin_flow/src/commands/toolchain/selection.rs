//! Which tools a command is about.

use flow_doctor::toolchain::{self, Tool};
use nu_plugin::EvaluatedCall;
use nu_protocol::{
    DynamicSuggestion, LabeledError, Signature, Span, Spanned, SyntaxShape, Type, Value,
};

use crate::commands::choices;
use crate::completion;

/// What a command takes and gives that is about tools.
pub(super) fn signature(signature: Signature) -> Signature {
    signature
        .input_output_types(vec![
            (Type::Nothing, Type::table()),
            (Type::table(), Type::table()),
            (Type::list(Type::Any), Type::table()),
        ])
        .rest(
            "tools",
            SyntaxShape::String,
            "tools, or toolchains with all their tools; else those of the input",
        )
}

/// The tools of the arguments, else those of the input: names, or rows with a column `tool`. The
/// name of a toolchain stands for all of its tools.
pub(super) fn tools(
    call: &EvaluatedCall,
    input: &Value,
) -> Result<Vec<Spanned<Tool>>, LabeledError> {
    let named: &[Value] = match input {
        _ if !call.positional.is_empty() => &call.positional,
        Value::List { vals, .. } => vals,
        _ => return Err(shape("no tool is named", call.head)),
    };
    let mut chosen: Vec<Spanned<Tool>> = Vec::new();
    for value in named {
        let span = value.span();
        let name = match value {
            Value::Error { error, .. } => return Err(LabeledError::from((**error).clone())),
            Value::String { val, .. } => val.clone(),
            Value::Record { val, .. } => match val.get("tool") {
                Some(tool) => tool.clone().coerce_into_string()?,
                None => return Err(shape("a row has no column `tool`", span)),
            },
            _ => return Err(shape("not the name of a tool", span)),
        };
        for item in called(&name, span)? {
            if !chosen.iter().any(|tool| tool.item == item) {
                chosen.push(Spanned { item, span });
            }
        }
    }
    Ok(chosen)
}

fn called(name: &str, span: Span) -> Result<Vec<Tool>, LabeledError> {
    let all = toolchain::all();
    let fits = |tool: &&Tool| tool.name == name || tool.toolchain == name;
    let named: Vec<Tool> = all.iter().filter(fits).cloned().collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let known = all.iter().map(|tool| tool.name.as_str());
    let known: Vec<&str> = toolchain::NAMES.iter().copied().chain(known).collect();
    let code = "flow::toolchain::unknown";
    Err(choices::unknown(
        "tool or toolchain",
        code,
        name,
        &known,
        span,
    ))
}

fn shape(message: &str, span: Span) -> LabeledError {
    LabeledError::new(message)
        .with_code("flow::toolchain::input")
        .with_help("name tools, or hand over rows with a column `tool` such as those of `flow toolchain list`")
        .with_label("here", span)
}

/// The names of toolchains and tools, as completions.
pub(super) fn suggestions() -> Vec<DynamicSuggestion> {
    let names = toolchain::NAMES.iter().map(|name| (*name).to_owned());
    completion::words(names.chain(toolchain::all().into_iter().map(|tool| tool.name)))
}
