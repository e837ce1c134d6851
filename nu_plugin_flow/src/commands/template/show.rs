//! `flow template show`: all about one template.

use flow_template::Part;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape,
    Type, Value, record,
};

use super::{selection, suggestions};
use crate::FlowPlugin;

pub(crate) struct Show;

impl SimplePluginCommand for Show {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow template show"
    }

    fn description(&self) -> &str {
        "Show what a template brings: packages, variables, image, optional parts, files."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::record())
            .required("template", SyntaxShape::String, "its name, or a language")
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["devbox", "devcontainer", "packages", "image"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "(flow template show javascript).name",
                description: "The template that serves a language",
                result: Some(Value::test_string("typescript")),
            },
            Example {
                example: "flow template show rust | get parts",
                description: "What can be taken along with `flow template add rust --with`",
                result: None,
            },
        ]
    }

    #[expect(
        deprecated,
        reason = "the only way to complete, marked as experimental"
    )]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        _engine: &EngineInterface,
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        matches!(argument, ArgType::Positional(0)).then(suggestions)
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        _engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
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
