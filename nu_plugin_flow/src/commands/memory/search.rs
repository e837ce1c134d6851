//! `flow memory search`: the entries that have a text in them.

use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, PluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, PipelineData, Signature, SyntaxShape, Value,
};

use super::{arguments, completion, listing, place};
use crate::FlowPlugin;

pub(crate) struct Search;

impl PluginCommand for Search {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow memory search"
    }

    fn description(&self) -> &str {
        "List the entries with a text in their key or value."
    }

    fn extra_description(&self) -> &str {
        "Upper and lower case are one. A value is searched as the JSON text that it is kept in, names of fields included; `flow memory list | where value.score > 0.8` searches by what values mean."
    }

    fn signature(&self) -> Signature {
        let signature = place::signature(self.name());
        listing::signature(signature.required("text", SyntaxShape::String, "the text"))
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["find", "query", "grep", "key-value"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![Example {
            example: "flow memory search 'aoife' orders --first 10",
            description: "Ten orders with that name in them",
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
        call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(engine, &call, &argument, 1, false)
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        let text = arguments::name(call.req::<Value>(0)?, "text")?;
        listing::list(engine, call, 1, move |store, filter| {
            store.search(&text.item, filter)
        })
    }
}
