//! Which templates and parts a command is about.

use flow_template::{Part, Template, all, named};
use nu_plugin::EvaluatedCall;
use nu_protocol::{LabeledError, Signature, Span, Spanned, SyntaxShape, Type, Value};

use crate::commands::choices;
use crate::commands::selection::types;

/// What a command takes and gives that is about some templates.
pub(super) fn signature(signature: Signature) -> Signature {
    signature.input_output_types(types(Type::table())).rest(
        "templates",
        SyntaxShape::String,
        "their names; else those of the input",
    )
}

/// The template that is named.
pub(super) fn one(name: &Spanned<String>) -> Result<&'static Template, LabeledError> {
    named(&name.item).ok_or_else(|| {
        let known = all().iter().flat_map(|template| &template.languages);
        let known: Vec<&str> = known.map(String::as_str).collect();
        choices::unknown(
            "template",
            "flow::template::unknown",
            &name.item,
            &known,
            name.span,
        )
    })
}

/// The templates of the arguments, else those of the input: names, or rows with a column `name`.
pub(super) fn some(
    call: &EvaluatedCall,
    input: &Value,
) -> Result<Vec<Spanned<&'static Template>>, LabeledError> {
    let named: &[Value] = match input {
        _ if !call.positional.is_empty() => &call.positional,
        Value::Nothing { .. } => return Err(shape("no template is named", call.head)),
        Value::List { vals, .. } => vals,
        single => std::slice::from_ref(single),
    };
    let mut templates: Vec<Spanned<&'static Template>> = Vec::new();
    for value in named {
        let span = value.span();
        let name = match value {
            Value::Error { error, .. } => return Err(LabeledError::from((**error).clone())),
            Value::String { val, .. } => val.clone(),
            Value::Record { val, .. } => match val.get("name") {
                Some(name) => name.clone().coerce_into_string()?,
                None => return Err(shape("a row has no column `name`", span)),
            },
            _ => return Err(shape("not the name of a template", span)),
        };
        let item = one(&Spanned { item: name, span })?;
        if !templates
            .iter()
            .any(|template| template.item.name == item.name)
        {
            templates.push(Spanned { item, span });
        }
    }
    Ok(templates)
}

/// Of each template the parts that `names` name; each part has to belong to one of them.
pub(super) fn parts(
    templates: &[Spanned<&'static Template>],
    names: &[Spanned<String>],
) -> Result<Vec<Vec<&'static Part>>, LabeledError> {
    for name in names {
        let parts = templates.iter().flat_map(|template| &template.item.parts);
        let mut known: Vec<&str> = parts.map(|part| part.name.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        if !known.contains(&name.item.as_str()) {
            return Err(choices::unknown(
                "part",
                "flow::template::part",
                &name.item,
                &known,
                name.span,
            ));
        }
    }
    let parts = |template: &Spanned<&'static Template>| {
        let parts = template.item.parts.iter();
        let wanted = |part: &&Part| names.iter().any(|name| name.item == part.name);
        parts.filter(wanted).collect()
    };
    Ok(templates.iter().map(parts).collect())
}

fn shape(message: &str, span: Span) -> LabeledError {
    LabeledError::new(message)
        .with_code("flow::template::input")
        .with_help("name templates, or hand over rows with a column `name` such as those of `flow template list`")
        .with_label("here", span)
}
