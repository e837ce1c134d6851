//! `flow toolchain list`: the pinned tools, and which of them are there.

use flow_doctor::toolchain;
use nu_protocol::{Example, LabeledError, Signature, Type, Value};

use super::rows::row;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::shell::examination::Examination;

pub(crate) struct List;

impl FlowCommand for List {
    const NAME: &str = "flow toolchain list";
    const DESCRIPTION: &str =
        "List the pinned tools that build agents, and whether they are there and work.";
    const SEARCH_TERMS: &[&str] = &["ls", "versions", "pins", "compiler", "target"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::table())
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow toolchain list | where not ok",
                "What is missing, or has another version than flow works with",
            ),
            example_with_result(
                "(flow toolchain list).tool",
                "The names of all tools",
                Value::test_list(
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
                ),
            ),
        ]
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        _: Value,
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
