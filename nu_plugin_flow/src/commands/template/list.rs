//! `flow template list`: all templates.

use flow_template::Project;
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Category, Example, IntoValue, LabeledError, Signature, Type, Value, record};

use super::project;
use crate::FlowPlugin;

pub(crate) struct List;

impl SimplePluginCommand for List {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow template list"
    }

    fn description(&self) -> &str {
        "List the templates, and which of them are in the project of the current directory."
    }

    fn signature(&self) -> Signature {
        let texts = || Type::list(Type::String);
        let columns = [
            ("name", Type::String),
            ("description", Type::String),
            ("languages", texts()),
            ("image", Type::String),
            ("packages", texts()),
            ("parts", texts()),
            ("added", Type::Bool),
        ];
        let columns = columns.map(|(name, ty)| (name.to_owned(), ty));
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::Table(columns.into_iter().collect()))
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["ls", "devbox", "devcontainer", "languages"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        let names = ["go", "nushell", "python", "rust", "typescript"];
        vec![
            Example {
                example: "(flow template list).name",
                description: "The names of the templates",
                result: Some(Value::test_list(names.map(Value::test_string).to_vec())),
            },
            Example {
                example: "flow template list | where added | flow template remove",
                description: "Take all templates away from the project",
                result: None,
            },
        ]
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
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
