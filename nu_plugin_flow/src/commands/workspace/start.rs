//! `flow workspace start`: workspaces that are needed now.

use flow_workspace::Provider;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{Category, DynamicSuggestion, Example, LabeledError, Signature, Value};

use super::{suggestions, turn};
use crate::FlowPlugin;

pub(crate) struct Start;

impl SimplePluginCommand for Start {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace start"
    }

    fn description(&self) -> &str {
        "Make workspaces ready to run programs: starts a container, or makes anew one that is gone."
    }

    fn extra_description(&self) -> &str {
        "On this machine it takes away the mark that `flow workspace stop` made. One that fails is a row with its `error`; where all fail, that is an error."
    }

    fn signature(&self) -> Signature {
        turn::signature(self.name()).category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["run", "up", "resume", "devpod", "container"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow workspace start rust-1",
                description: "Start one workspace",
                result: None,
            },
            Example {
                example: "flow workspace list | where state == stopped | flow workspace start",
                description: "Start all that are stopped",
                result: None,
            },
            Example {
                example: "[] | flow workspace start",
                description: "A selection without workspaces is no error",
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
        turn::each(engine, call, input, |providers, id, call| {
            providers.start(id, call)
        })
    }
}
