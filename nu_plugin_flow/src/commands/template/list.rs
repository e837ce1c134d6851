//! `flow template list`: all templates.

use flow_template::Project;
use nu_protocol::{Example, IntoValue, LabeledError, Signature, Type, Value, record};

use super::project::project;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::commands::columns;

pub(crate) struct List;

impl FlowCommand for List {
    const NAME: &str = "flow template list";
    const DESCRIPTION: &str =
        "List the templates, and which of them are in the project of the current directory.";
    const SEARCH_TERMS: &[&str] = &["ls", "devbox", "devcontainer", "languages"];

    fn signature(signature: Signature) -> Signature {
        let texts = || Type::list(Type::String);
        let table = columns::table([
            ("name", Type::String),
            ("description", Type::String),
            ("languages", texts()),
            ("image", Type::String),
            ("packages", texts()),
            ("parts", texts()),
            ("added", Type::Bool),
        ]);
        signature.input_output_type(Type::Nothing, table)
    }

    fn examples() -> Vec<Example<'static>> {
        let names = ["go", "nushell", "python", "rust", "typescript"];
        vec![
            example_with_result(
                "(flow template list).name",
                "The names of the templates",
                Value::test_list(names.map(Value::test_string).to_vec()),
            ),
            example(
                "flow template list | where added | flow template remove",
                "Take all templates away from the project",
            ),
        ]
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        let head = call.head;
        // Where there is no current directory there is no project, but there are templates.
        let project = match engine.get_current_dir() {
            Ok(_) => Some(project(engine, head)?),
            Err(_) => None,
        };
        let row = |template: &flow_template::Template| {
            let parts: Vec<_> = template
                .parts
                .iter()
                .map(|part| part.name.clone())
                .collect();
            let mut added = project.iter().flat_map(Project::added);
            let added = added.any(|(name, _)| name == template.name);
            let row = record! {
                "name" => Value::string(template.name, head),
                "description" => Value::string(&template.description, head),
                "languages" => template.languages.clone().into_value(head),
                "image" => Value::string(template.image(), head),
                "packages" => template.packages().into_value(head),
                "parts" => parts.into_value(head),
                "added" => Value::bool(added, head),
            };
            Value::record(row, head)
        };
        Ok(Value::list(
            flow_template::all().iter().map(row).collect(),
            head,
        ))
    }
}
