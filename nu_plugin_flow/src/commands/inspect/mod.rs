//! `flow inspect`: what a WebAssembly file is, offers and needs.

mod table;

use std::path::Path;

use flow_runtime::inspect;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type,
    Value,
};

use self::table::{bundle_row, row};
use crate::FlowPlugin;
use crate::commands::interpreters::{Places, is_bundle};
use crate::commands::locate;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Inspect;

impl SimplePluginCommand for Inspect {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow inspect"
    }

    fn description(&self) -> &str {
        "Show what agents, or any WebAssembly files, are, offer and need."
    }

    fn extra_description(&self) -> &str {
        "Nothing is run. `permissions` are the keys under [permissions] of agent.toml that its imports can make use of; without them they refuse or have nothing to give. `features` are the proposals that the code makes use of; `memory` counts all linear memories together."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Any, Type::table())
            .rest(
                "wasm",
                SyntaxShape::String,
                "`.wasm` files, or directories, source files or names of agents; by default the column `path` of the input, or the texts in it",
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec![
            "wasm",
            "webassembly",
            "component",
            "wit",
            "imports",
            "exports",
        ]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow inspect shop.wasm | get exports.0",
                description: "Show the functions of a component with their types",
                result: None,
            },
            Example {
                example: "flow build | flow inspect | select name size permissions",
                description: "Show what the agents that were built would have to be granted",
                result: None,
            },
        ]
    }

    #[expect(deprecated, reason = "Nushell marks what it may still change this way")]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        _call: DynamicCompletionCall,
        arg_type: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        let directory = engine.get_current_dir().ok()?;
        match arg_type {
            ArgType::Positional(_) => Some(locate::suggestions(Path::new(&directory))),
            ArgType::Flag(_) => None,
        }
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let interrupt = Interrupt::listen(engine)?;
        let directory = engine.get_current_dir()?;
        let mut files: Vec<Spanned<String>> = call.rest(0)?;
        if files.is_empty() {
            // Else the input is none of ours, as in `each {|x| flow inspect … }`.
            files = paths(input)?;
        }
        if files.is_empty() {
            return Err(LabeledError::new("nothing to inspect")
                .with_code("flow::inspect::nothing")
                .with_help("name a `.wasm` file or an agent, or pipe in the table of `flow build`")
                .with_label("this command", call.head));
        }
        let places = Places::find(plugin, engine, call.head)?;
        let interpreters = places.interpreters();
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            engine.signals().check(&call.head)?;
            let directory = Path::new(&directory);
            let located = locate::locate(
                engine,
                &file.item,
                file.span,
                directory,
                &places,
                &interpreters,
                &interrupt,
            )?;
            if is_bundle(&located.wasm) {
                let row = bundle_row(&located, call.head);
                rows.push(row.map_err(|error| labeled(&error, "this file", file.span))?);
                continue;
            }
            let inspection = inspect(places.runtime, &located.wasm)
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
