//! `flow toolchain install`: pinned tools, through the user's rustup and cargo.

use std::path::Path;

use flow_doctor::toolchain;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value,
};

use super::{row, selection};
use crate::FlowPlugin;
use crate::shell::errors::labeled;
use crate::shell::examination::Examination;

pub(crate) struct Install;

impl SimplePluginCommand for Install {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow toolchain install"
    }

    fn description(&self) -> &str {
        "Install pinned tools that build agents, without root."
    }

    fn extra_description(&self) -> &str {
        "A tool that is there and works is left alone; one of another version is replaced. Programs are compiled from source, which can take minutes; Pyodide, for Python, is fetched with npm, checked by its digests and compiled; the engines for JavaScript and Nushell are built from sources in flow. Ctrl-C stops."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![
                (Type::Nothing, Type::table()),
                (Type::table(), Type::table()),
                (Type::list(Type::Any), Type::table()),
            ])
            .rest(
                "tools",
                SyntaxShape::String,
                "tools, or toolchains with all their tools; else those of the input",
            )
            .named(
                "from",
                SyntaxShape::Filepath,
                "folder of the npm package `pyodide`, or core module of an engine, instead of fetching or building it",
                None,
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["add", "setup", "compiler", "target", "rustup"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow toolchain install wasm32-wasip2",
                description: "Install the target of agents in Rust",
                result: None,
            },
            Example {
                example: "flow toolchain install python",
                description: "Fetch Pyodide with npm, and compile it",
                result: None,
            },
            Example {
                example: "flow toolchain install nushell --from nushell.wasm",
                description: "Install an engine that was built elsewhere",
                result: None,
            },
            Example {
                example: "[] | flow toolchain install",
                description: "Nothing is installed where no tool is selected",
                result: Some(Value::test_list(Vec::new())),
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
        matches!(argument, ArgType::Positional(_)).then(selection::suggestions)
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let tools = selection::tools(call, input)?;
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
