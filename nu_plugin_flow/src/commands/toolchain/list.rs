//! `flow toolchain list`: the pinned tools, and which of them are there.

use flow_doctor::toolchain;
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Category, Example, LabeledError, Signature, Type, Value};

use super::row;
use crate::FlowPlugin;
use crate::shell::examination::Examination;

pub(crate) struct List;

impl SimplePluginCommand for List {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow toolchain list"
    }

    fn description(&self) -> &str {
        "List the pinned tools that build agents, and whether they are there and work."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::table())
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["ls", "versions", "pins", "compiler", "target"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow toolchain list | where not ok",
                description: "What is missing, or has another version than flow works with",
                result: None,
            },
            Example {
                example: "(flow toolchain list).tool",
                description: "The names of all tools",
                result: Some(Value::test_list(
                    [
                        "wasm32-wasip2",
                        "wasm32-wasip1",
                        "wasm32-unknown-unknown",
                        "wasm-pack",
                        "wasm-bindgen-cli",
                        "pyodide",
                        "javascript",
                        "nushell",
                    ]
                    .map(Value::test_string)
                    .to_vec(),
                )),
            },
        ]
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let examination = Examination::begin(plugin, engine, call.head)?;
        let tools = toolchain::all();
        let found = examination.with(|context| toolchain::look_at_all(&tools, context));
        let rows = tools.iter().zip(&found);
        let rows = rows.map(|(tool, found)| {
            Value::record(row(tool, found, &examination, call.head), call.head)
        });
        Ok(Value::list(rows.collect(), call.head))
    }
}
