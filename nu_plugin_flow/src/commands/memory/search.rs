//! `flow memory search`: the entries that have a text in them.

use flow_store::Filter;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, PluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, PipelineData, Signature, Spanned, SyntaxShape, Type,
    Value,
};

use super::{arguments, completion, place, rows};
use crate::FlowPlugin;
use crate::shell::interrupt::Interrupt;

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
        place::signature(self.name())
            .input_output_type(Type::Nothing, rows::table())
            .required("text", SyntaxShape::String, "the text")
            .optional(
                "namespace",
                SyntaxShape::String,
                "the namespace; else all of them",
            )
            .named(
                "prefix",
                SyntaxShape::String,
                "keys that begin so",
                Some('p'),
            )
            .named("first", SyntaxShape::Int, "rows at the most", Some('n'))
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
        let Spanned { item: text, .. } = arguments::name(call.req::<Value>(0)?, "text")?;
        let (namespace, spans) = arguments::namespace(call, 1)?;
        let first = rows::first(call)?;
        let filter = Filter {
            namespace,
            prefix: call.get_flag("prefix")?.unwrap_or_default(),
            ..Filter::default()
        };
        let store = place::store(engine, call)?;
        let interrupt = Interrupt::listen(engine)?;
        let source = Box::new(move |filter: &Filter| store.search(&text, filter));
        rows::stream(source, filter, first, interrupt, spans)
    }
}
