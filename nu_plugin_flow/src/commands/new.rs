//! `flow new`: begins an agent.

use std::path::Path;

use flow_build::{ScaffoldError, languages, scaffold};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape,
    Type, Value, record,
};

use crate::FlowPlugin;
use crate::commands::words;
use crate::shell::errors::labeled;

pub(crate) struct New;

impl SimplePluginCommand for New {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow new"
    }

    fn description(&self) -> &str {
        "Begin a new agent in a folder of the current directory."
    }

    fn extra_description(&self) -> &str {
        "The folder gets the source of a working agent, its manifest `agent.toml`, and below `.flow/sdk` what it builds with. It also builds with the language's own tools alone. No file is overwritten."
    }

    fn signature(&self) -> Signature {
        let columns = [
            ("agent", Type::String),
            ("language", Type::String),
            ("path", Type::String),
            ("files", Type::list(Type::String)),
        ];
        let columns = columns.map(|(name, ty)| (name.to_owned(), ty));
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::Record(columns.into_iter().collect()))
            .required(
                "language",
                SyntaxShape::String,
                "language of the agent, such as `rust` or `go`",
            )
            .required(
                "name",
                SyntaxShape::String,
                "name of the agent and its folder",
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["scaffold", "template", "init", "create", "agent", "wasm"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow new rust score",
                description: "Begin a Rust agent in the folder `score`",
                result: None,
            },
            Example {
                example: "flow new rust score | cd $in.path; flow build",
                description: "Begin a Rust agent, and build it",
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
        match argument {
            ArgType::Positional(0) => Some(words::suggest(languages::names())),
            _ => None,
        }
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let language: Spanned<String> = call.req(0)?;
        let name: Spanned<String> = call.req(1)?;
        let directory = engine.get_current_dir()?;
        let directory = Path::new(&directory);
        let files = scaffold::create(&language.item, &name.item, directory);
        let files = files.map_err(|error| match &error {
            ScaffoldError::Language { .. } => labeled(&error, "this language", language.span),
            _ => labeled(&error, "this name", name.span),
        })?;
        let root = directory.join(&name.item);
        let files: Vec<Value> = files
            .iter()
            .map(|file| {
                file.strip_prefix(&root)
                    .unwrap_or(file)
                    .into_value(call.head)
            })
            .collect();
        let row = record! {
            "agent" => Value::string(name.item, name.span),
            "language" => Value::string(language.item, language.span),
            "path" => root.into_value(call.head),
            "files" => Value::list(files, call.head),
        };
        Ok(Value::record(row, call.head))
    }
}
