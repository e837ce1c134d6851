//! `flow inspect`: what a WebAssembly file is, offers and needs.

use std::path::Path;

use flow_runtime::{Encoding, Inspection, Item, Kind, Producer, inspect};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, Span, Spanned, SyntaxShape,
    Type, Value, record,
};

use crate::FlowPlugin;
use crate::commands::locate::{self, Located};
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;
use crate::shell::wit::render_function;

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
        "Nothing is run. `permissions` are the keys under [permissions] of agent.toml without which some import can only refuse; `features` are the proposals that the code makes use of; `memory` counts all linear memories together."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![
                (Type::Nothing, Type::table()),
                (Type::table(), Type::table()),
                (Type::record(), Type::table()),
            ])
            .rest(
                "wasm",
                SyntaxShape::String,
                "`.wasm` files, or directories, source files or names of agents; by default the column `path` of the input",
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["wasm", "webassembly", "component", "wit", "imports", "exports"]
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
        files.extend(paths(input)?);
        if files.is_empty() {
            return Err(LabeledError::new("nothing to inspect")
                .with_code("flow::inspect::nothing")
                .with_help("name a `.wasm` file or an agent, or pipe in the table of `flow build`")
                .with_label("this command", call.head));
        }
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            engine.signals().check(&call.head)?;
            let located =
                locate::locate(&file.item, file.span, Path::new(&directory), &interrupt)?;
            let runtime = plugin
                .runtime()
                .map_err(|error| labeled(&error, "this file", file.span))?;
            let inspection = inspect(runtime, &located.wasm)
                .map_err(|error| labeled(&error, "this file", file.span))?;
            rows.push(row(&located, &inspection, call.head));
        }
        Ok(Value::list(rows, call.head))
    }
}

/// The column `path` of a table or record.
fn paths(input: &Value) -> Result<Vec<Spanned<String>>, LabeledError> {
    let rows = match input {
        Value::Nothing { .. } => return Ok(Vec::new()),
        Value::List { vals, .. } => vals.as_slice(),
        single => std::slice::from_ref(single),
    };
    let paths = rows.iter().map(|row| {
        let record = row.as_record()?;
        let path = record.get("path").ok_or_else(|| {
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

fn row(located: &Located, inspection: &Inspection, span: Span) -> Value {
    let text = |text: &str| Value::string(text, span);
    let texts = |texts: &mut dyn Iterator<Item = &str>| Value::list(texts.map(text).collect(), span);
    let memory = match inspection.memory {
        None => Value::nothing(span),
        Some(memory) => {
            let maximum = memory.maximum.map(|bytes| filesize(bytes, span));
            let record = record! {
                "minimum" => filesize(memory.minimum, span),
                "maximum" => maximum.unwrap_or_else(|| Value::nothing(span)),
            };
            Value::record(record, span)
        }
    };
    let row = record! {
        "name" => text(&located.agent.name),
        "kind" => text(kind(inspection.kind)),
        "encoding" => text(match inspection.encoding {
            Encoding::Module => "module",
            Encoding::Component => "component",
        }),
        "path" => text(&located.wasm.to_string_lossy()),
        "size" => filesize(inspection.size, span),
        "digest" => text(&inspection.digest.to_string()),
        "imports" => items(&inspection.imports, span),
        "exports" => items(&inspection.exports, span),
        "permissions" => texts(&mut inspection.permissions.iter().copied()),
        "memory" => memory,
        "features" => texts(&mut inspection.features.iter().map(String::as_str)),
        "producers" => producers(&inspection.producers, span),
    };
    Value::record(row, span)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Handler => "handler",
        Kind::Command => "command",
        Kind::Typed => "typed",
        Kind::Library => "library",
    }
}

fn items(items: &[Item], span: Span) -> Value {
    let rows = items.iter().map(|item| {
        let interface = item.interface.as_ref().map(|name| Value::string(name, span));
        let signature = match &item.signature {
            flow_runtime::Signature::Text(text) => text.clone(),
            flow_runtime::Signature::Function { parameters, result } => {
                let parameters = parameters.iter();
                let parameters = parameters.map(|(name, wit)| (name.as_str(), wit.clone()));
                render_function(parameters, result.clone())
            }
        };
        let row = record! {
            "interface" => interface.unwrap_or_else(|| Value::nothing(span)),
            "name" => Value::string(&item.name, span),
            "signature" => Value::string(signature, span),
        };
        Value::record(row, span)
    });
    Value::list(rows.collect(), span)
}

fn producers(producers: &[Producer], span: Span) -> Value {
    let rows = producers.iter().map(|producer| {
        let row = record! {
            "field" => Value::string(&producer.field, span),
            "name" => Value::string(&producer.name, span),
            "version" => Value::string(&producer.version, span),
        };
        Value::record(row, span)
    });
    Value::list(rows.collect(), span)
}

/// Bytes as a filesize, which ends at 8 EiB.
fn filesize(bytes: u64, span: Span) -> Value {
    Value::filesize(i64::try_from(bytes).unwrap_or(i64::MAX), span)
}
