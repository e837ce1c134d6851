//! `flow workspace status`: some workspaces as they are now.

use flow_workspace::{Call, Provider};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value,
};

use super::{row, selection, suggestions};
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Status;

impl SimplePluginCommand for Status {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace status"
    }

    fn description(&self) -> &str {
        "Show workspaces as they are now."
    }

    fn extra_description(&self) -> &str {
        "A single id as an argument gives a record, several or a table from the pipeline give a table."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![
                (Type::Nothing, Type::Any),
                (Type::String, Type::table()),
                (Type::record(), Type::table()),
                (Type::table(), Type::table()),
                (Type::list(Type::Any), Type::table()),
            ])
            .rest(
                "ids",
                SyntaxShape::String,
                "the workspaces; else those of the input",
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["state", "workspaces", "devpod", "environment"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![Example {
            example: "flow workspace status rust-1",
            description: "Show one workspace",
            result: None,
        }]
    }

    #[expect(
        deprecated,
        reason = "the only way to complete, marked as experimental"
    )]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        matches!(argument, ArgType::Positional(_)).then(|| suggestions(engine))?
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let provider = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(&call.positional, input, call.head, &provider, &within)?;
        let mut rows = Vec::with_capacity(selected.len());
        for selected in selected {
            let status = provider.status(&selected.id, &Call::new(&interrupt.flag, None));
            let status =
                status.map_err(|error| labeled(&error, "this workspace", selected.span))?;
            rows.push(row(status, call.head));
        }
        match rows.pop() {
            Some(only) if rows.is_empty() && call.positional.len() == 1 => Ok(only),
            last => {
                rows.extend(last);
                Ok(Value::list(rows, call.head))
            }
        }
    }
}
