//! `flow new`: begins an agent.

use std::path::Path;

use flow_build::{ScaffoldError, languages, scaffold};
use nu_protocol::{
    DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape, Type,
    Value, record,
};

use crate::command::{FlowCommand, Request, example};
use crate::commands::columns;
use crate::completion::{self, Completion};
use crate::shell::errors::labeled;

pub(crate) struct New;

impl FlowCommand for New {
    const NAME: &str = "flow new";
    const DESCRIPTION: &str = "Begin a new agent in a folder of the current directory.";
    const EXTRA: &str = "The folder gets the source of a working agent, its manifest `agent.toml`, and below `.flow/sdk` what it builds with. It also builds with the language's own tools alone. No file is overwritten.";
    const SEARCH_TERMS: &[&str] = &["scaffold", "template", "init", "create", "agent", "wasm"];

    fn signature(signature: Signature) -> Signature {
        let row = columns::record([
            ("agent", Type::String),
            ("language", Type::String),
            ("path", Type::String),
            ("files", Type::list(Type::String)),
        ]);
        signature
            .input_output_type(Type::Nothing, row)
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
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow new rust score",
                "Begin a Rust agent in the folder `score`",
            ),
            example(
                "flow new rust score | cd $in.path; flow build",
                "Begin a Rust agent, and build it",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        (completion.position()? == 0).then(|| completion::words(languages::names()))
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
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
