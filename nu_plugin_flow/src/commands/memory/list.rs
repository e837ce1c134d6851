//! `flow memory list`: the entries, page by page.

use flow_store::Store;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, PluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, PipelineData, Signature};

use super::{completion, listing, place};
use crate::FlowPlugin;

pub(crate) struct List;

impl PluginCommand for List {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow memory list"
    }

    fn description(&self) -> &str {
        "List entries with their values, in the order of namespace and key."
    }

    fn extra_description(&self) -> &str {
        "Rows come as they are read, so that a large memory begins at once and `| first 10` reads no more than it shows. What changes meanwhile shows or not, as it comes; `flow memory export` is of one moment."
    }

    fn signature(&self) -> Signature {
        listing::signature(place::signature(self.name()))
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["ls", "keys", "values", "key-value"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow memory list orders --prefix 100",
                description: "What is kept about the orders 100…",
                result: None,
            },
            Example {
                example: "flow memory list | where expires < (date now) + 1hr",
                description: "What will be gone within the hour",
                result: None,
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
        call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(engine, &call, &argument, 0, false)
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        listing::list(engine, call, 0, Store::entries)
    }
}
