//! `flow toolchain remove`: takes pinned tools away.

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

pub(crate) struct Remove;

impl SimplePluginCommand for Remove {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow toolchain remove"
    }

    fn description(&self) -> &str {
        "Remove pinned tools that build agents."
    }

    fn extra_description(&self) -> &str {
        "The compiler itself stays. A tool that did not come through rustup or cargo has to go the way it came."
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
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["rm", "uninstall", "compiler", "target", "rustup"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow toolchain remove wasm-pack wasm-bindgen-cli",
                description: "Remove what makes packages for the web",
                result: None,
            },
            Example {
                example: "[] | flow toolchain remove",
                description: "Nothing is removed where no tool is selected",
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
