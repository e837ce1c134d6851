//! `flow template show`: all about one template.

use flow_template::Part;
use nu_protocol::{
    DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape, Type,
    Value, record,
};

use super::project::suggestions;
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;

pub(crate) struct Show;

impl FlowCommand for Show {
    const NAME: &str = "flow template show";
    const DESCRIPTION: &str =
        "Show what a template brings: packages, variables, image, optional parts, files.";
    const SEARCH_TERMS: &[&str] = &["devbox", "devcontainer", "packages", "image"];

    fn signature(signature: Signature) -> Signature {
        signature
            .input_output_type(Type::Nothing, Type::record())
            .required("template", SyntaxShape::String, "its name, or a language")
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example_with_result(
                "(flow template show javascript).name",
                "The template that serves a language",
                Value::test_string("typescript"),
            ),
            example(
                "flow template show rust | get parts",
                "What can be taken along with `flow template add rust --with`",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        (completion.position()? == 0).then(suggestions)
    }

    fn run(Request { call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        let head = call.head;
        let name: Spanned<String> = call.req(0)?;
        let template = selection::one(&name)?;
        let part = |part: &Part| {
            let row = record! {
                "name" => Value::string(&part.name, head),
                "for" => Value::string(&part.purpose, head),
                "packages" => part.packages.clone().into_value(head),
                "container" => part.container.clone().into_value(head),
            };
            Value::record(row, head)
        };
        let file = |(path, text): (String, String)| {
            let row = record! {
                "path" => Value::string(path, head),
                "text" => Value::string(text, head),
            };
            Value::record(row, head)
        };
        let environment = template.environment().into_iter();
        let environment = environment.map(|(name, value)| (name, Value::string(value, head)));
        let row = record! {
            "name" => Value::string(template.name, head),
            "description" => Value::string(&template.description, head),
            "languages" => template.languages.clone().into_value(head),
            "image" => Value::string(template.image(), head),
            "packages" => template.packages().into_value(head),
            "environment" => Value::record(environment.collect(), head),
            "verify" => template.verify.clone().into_value(head),
            "parts" => Value::list(template.parts.iter().map(part).collect(), head),
            "files" => Value::list(template.files(&[]).into_iter().map(file).collect(), head),
        };
        Ok(Value::record(row, head))
    }
}
