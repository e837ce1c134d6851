//! `flow toolchain remove`: takes pinned tools away.

use flow_doctor::toolchain;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, Value};

use super::rows::row;
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;
use crate::shell::errors::labeled;
use crate::shell::examination::Examination;

pub(crate) struct Remove;

impl FlowCommand for Remove {
    const NAME: &str = "flow toolchain remove";
    const DESCRIPTION: &str = "Remove pinned tools that build agents.";
    const EXTRA: &str = "The compiler itself stays. A tool that did not come through rustup or cargo has to go the way it came.";
    const SEARCH_TERMS: &[&str] = &["rm", "uninstall", "compiler", "target", "rustup"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow toolchain remove wasm-pack wasm-bindgen-cli",
                "Remove what makes packages for the web",
            ),
            example_with_result(
                "[] | flow toolchain remove",
                "Nothing is removed where no tool is selected",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position().map(|_| selection::suggestions())
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        input: Value,
    ) -> Result<Value, LabeledError> {
        let tools = selection::tools(call, &input)?;
        let examination = Examination::begin(plugin, engine, call.head)?;
        let mut rows = Vec::with_capacity(tools.len());
        for tool in &tools {
            let (done, found) = examination
                .with(|context| toolchain::remove(&tool.item, context))
                .map_err(|error| labeled(&error, "this tool", tool.span))?;
            let mut row = row(&tool.item, &found, &examination, call.head);
            row.push("done", Value::string(done, call.head));
            rows.push(Value::record(row, call.head));
        }
        Ok(Value::list(rows, call.head))
    }
}
