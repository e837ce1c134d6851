//! `flow memory get`: the value of a key.

use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value};

use super::{arguments, completion, location, value};
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;

pub(crate) struct Get;

impl FlowCommand for Get {
    const NAME: &str = "flow memory get";
    const DESCRIPTION: &str = "Get the value of a key.";
    const EXTRA: &str =
        "A key that is not there, or whose time is over, gives nothing, or what `--default` says.";
    const SEARCH_TERMS: &[&str] = &["read", "retrieve", "load", "key-value"];

    fn signature(signature: Signature) -> Signature {
        location::signature(signature)
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

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow memory get orders 10037",
                "What an agent keeps about an order",
            ),
            example_with_result(
                "flow memory get counters no-such-key --default 0",
                "A number to begin with",
                Value::test_int(0),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(completion, 0, true)
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        let (namespace, key, spans) = arguments::entry(call)?;
        let store = location::store(engine, call)?;
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
