//! `flow workspace stop`: workspaces that are needed no more for now.

use flow_workspace::Provider;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{Category, DynamicSuggestion, Example, LabeledError, Signature, Value};

use super::{suggestions, turn};
use crate::FlowPlugin;

pub(crate) struct Stop;

impl SimplePluginCommand for Stop {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace stop"
    }

    fn description(&self) -> &str {
        "Free what workspaces hold besides their files: stops a container."
    }

    fn extra_description(&self) -> &str {
        "A stopped workspace keeps its files and starts again when a program runs in it. On this machine it is a mark and nothing else. One that fails is a row with its `error`; where all fail, that is an error."
    }

    fn signature(&self) -> Signature {
        turn::signature(self.name()).category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["halt", "pause", "down", "devpod", "container"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow workspace stop rust-1",
                description: "Stop one workspace",
                result: None,
            },
            Example {
                example: "flow workspace list | where language == rust | flow workspace stop",
                description: "Stop all workspaces for Rust",
                result: None,
            },
            Example {
                example: "[] | flow workspace stop",
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
            providers.stop(id, call)
        })
    }
}
