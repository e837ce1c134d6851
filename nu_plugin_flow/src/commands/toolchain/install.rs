//! `flow toolchain install`: pinned tools, through the user's rustup and cargo.

use std::path::Path;

use flow_doctor::toolchain;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Value};

use super::rows::row;
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;
use crate::shell::errors::labeled;
use crate::shell::examination::Examination;

pub(crate) struct Install;

impl FlowCommand for Install {
    const NAME: &str = "flow toolchain install";
    const DESCRIPTION: &str = "Install pinned tools that build agents, without root.";
    const EXTRA: &str = "A tool that is there and works is left alone; one of another version is replaced. Programs are compiled from source, which can take minutes; Pyodide, for Python, is fetched with npm, checked by its digests and compiled; the engines for JavaScript and Nushell are built from sources in flow. Ctrl-C stops.";
    const SEARCH_TERMS: &[&str] = &["add", "setup", "compiler", "target", "rustup"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature)
            .named(
                "from",
                SyntaxShape::Filepath,
                "folder of the npm package `pyodide`, or core module of an engine, instead of fetching or building it",
                None,
            )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow toolchain install wasm32-wasip2",
                "Install the target of agents in Rust",
            ),
            example(
                "flow toolchain install python",
                "Fetch Pyodide with npm, and compile it",
            ),
            example(
                "flow toolchain install nushell --from nushell.wasm",
                "Install an engine that was built elsewhere",
            ),
            example_with_result(
                "[] | flow toolchain install",
                "Nothing is installed where no tool is selected",
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
        let mut examination = Examination::begin(plugin, engine, call.head)?;
        if let Some(from) = call.get_flag::<String>("from")? {
            let directory = engine.get_current_dir()?;
            examination.from = Some(Path::new(&directory).join(from));
        }
        let mut rows = Vec::with_capacity(tools.len());
        for tool in &tools {
            let (done, found) = examination
                .with(|context| toolchain::install(&tool.item, context))
                .map_err(|error| labeled(&error, "this tool", tool.span))?;
            let mut row = row(&tool.item, &found, &examination, call.head);
            row.push("done", Value::string(done, call.head));
            rows.push(Value::record(row, call.head));
        }
        Ok(Value::list(rows, call.head))
    }
}
