//! `flow memory get`: the value of a key.

use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value};

use super::{arguments, completion, place, value};
use crate::FlowPlugin;

pub(crate) struct Get;

impl SimplePluginCommand for Get {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow memory get"
    }

    fn description(&self) -> &str {
        "Get the value of a key."
    }

    fn extra_description(&self) -> &str {
        "A key that is not there, or whose time is over, gives nothing, or what `--default` says."
    }

    fn signature(&self) -> Signature {
        place::signature(self.name())
            .input_output_type(Type::Nothing, Type::Any)
            .required("namespace", SyntaxShape::String, "the namespace")
            .required("key", SyntaxShape::String, "the key")
            .named(
                "default",
                SyntaxShape::Any,
                "what to give where the key is not there",
                Some('d'),
            )
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["read", "retrieve", "load", "key-value"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow memory get orders 10037",
                description: "What an agent keeps about an order",
                result: None,
            },
            Example {
                example: "flow memory get counters no-such-key --default 0",
                description: "A number to begin with",
                result: Some(Value::test_int(0)),
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
        completion::suggestions(engine, &call, &argument, 0, true)
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let (namespace, key, spans) = arguments::entry(call)?;
        let store = place::store(engine, call)?;
        let kept = store.session().get(&namespace.item, &key.item);
        match kept.map_err(|error| spans.tell(&error))? {
            Some(text) => value::from_text(&text, call.head)
                .map_err(|error| value::unreadable(&namespace.item, &key.item, &error, key.span)),
            None => {
                let default = call.get_flag::<Value>("default")?;
                Ok(default.unwrap_or_else(|| Value::nothing(call.head)))
            }
        }
    }
}
