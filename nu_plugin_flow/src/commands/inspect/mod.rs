//! `flow inspect`: what a WebAssembly file is, offers and needs.

mod table;

use std::path::Path;

use flow_run::is_bundle;
use flow_runtime::inspect;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type, Value,
};

use self::table::{bundle_row, row};
use crate::command::{FlowCommand, Request, example};
use crate::commands::agents::{self, Named};
use crate::completion::Completion;
use crate::shell::errors::labeled;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Inspect;

impl FlowCommand for Inspect {
    const NAME: &str = "flow inspect";
    const DESCRIPTION: &str = "Show what agents, or any WebAssembly files, are, offer and need.";
    const EXTRA: &str = "Nothing is run. `permissions` are the keys under [permissions] of agent.toml that its imports can make use of; without them they refuse or have nothing to give. `features` are the proposals that the code makes use of; `memory` counts all linear memories together.";
    const SEARCH_TERMS: &[&str] = &[
        "wasm",
        "webassembly",
        "component",
        "wit",
        "imports",
        "exports",
    ];

    fn signature(signature: Signature) -> Signature {
        signature
            .input_output_type(Type::Any, Type::table())
            .rest(
                "wasm",
                SyntaxShape::String,
                "`.wasm` files, or directories, source files or names of agents; by default the column `path` of the input, or the texts in it",
            )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow inspect shop.wasm | get exports.0",
                "Show the functions of a component with their types",
            ),
            example(
                "flow build | flow inspect | select name size permissions",
                "Show what the agents that were built would have to be granted",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position()?;
        Some(agents::suggestions(&completion.directory()?))
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        input: Value,
    ) -> Result<Value, LabeledError> {
        let interrupt = Interrupt::listen(engine)?;
        let directory = engine.get_current_dir()?;
        let mut files: Vec<Spanned<String>> = call.rest(0)?;
        if files.is_empty() {
            // Else the input is none of ours, as in `each {|x| flow inspect … }`.
            files = paths(&input)?;
        }
        if files.is_empty() {
            return Err(LabeledError::new("nothing to inspect")
                .with_code("flow::inspect::nothing")
                .with_help("name a `.wasm` file or an agent, or pipe in the table of `flow build`")
                .with_label("this command", call.head));
        }
        let flags = Flags::default();
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            engine.signals().check(&call.head)?;
            let directory = Path::new(&directory);
            let named = Named::new(plugin, engine, &flags, &interrupt, file.span)?;
            let located = named.agents().locate(&file.item, directory);
            let located = located.map_err(|error| named.point(error))?;
            if is_bundle(&located.wasm) {
                let row = bundle_row(&located, call.head);
                rows.push(row.map_err(|error| labeled(&error, "this file", file.span))?);
                continue;
            }
            let inspection = inspect(&named.places.runtime, &located.wasm)
                .map_err(|error| labeled(&error, "this file", file.span))?;
            rows.push(row(&located, &inspection, call.head));
        }
        Ok(Value::list(rows, call.head))
    }
}

/// The column `path` of a table or record, or texts as they are.
fn paths(input: &Value) -> Result<Vec<Spanned<String>>, LabeledError> {
    let rows = match input {
        Value::Nothing { .. } => return Ok(Vec::new()),
        Value::List { vals, .. } => vals.as_slice(),
        single => std::slice::from_ref(single),
    };
    let paths = rows.iter().map(|row| {
        let path = match row {
            Value::Record { val, .. } => val.get("path"),
            Value::String { .. } => Some(row),
            Value::Error { error, .. } => return Err((**error).clone().into()),
            _ => None,
        };
        let path = path.ok_or_else(|| {
            LabeledError::new("the input has no column `path`")
                .with_code("flow::inspect::path")
                .with_help("pipe in the table of `flow build`, or name the files")
                .with_label("this row", row.span())
        })?;
        Ok(Spanned {
            item: path.as_str()?.to_owned(),
            span: path.span(),
        })
    });
    paths.collect()
}
