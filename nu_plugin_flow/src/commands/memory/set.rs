//! `flow memory set`: keeps a value.

use std::time::Duration;

use nu_plugin::EvaluatedCall;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, PipelineData, Signature, Spanned, SyntaxShape, Type,
    Value,
};

use super::{arguments, completion, location, value};
use crate::command::{FlowCommand, Request, example};
use crate::completion::Completion;

pub(crate) struct Set;

impl FlowCommand<PipelineData> for Set {
    const NAME: &str = "flow memory set";
    const DESCRIPTION: &str = "Keep a value under a key, in place of the one that was there.";
    const EXTRA: &str = "The value is the argument, else the input. Datetimes, durations, filesizes and binary keep their types; agents see them as `{\"$datetime\": …}`. Each call waits until the disk has it: many values are kept faster, and together or not at all, by `flow memory import`.";
    const SEARCH_TERMS: &[&str] = &["write", "store", "save", "put", "key-value"];

    fn signature(signature: Signature) -> Signature {
        location::signature(signature)
            .input_output_types(vec![
                (Type::Nothing, Type::Nothing),
                (Type::Any, Type::Nothing),
            ])
            .required(
                "namespace",
                SyntaxShape::String,
                "the namespace; it begins with its first key",
            )
            .required("key", SyntaxShape::String, "the key")
            .optional("value", SyntaxShape::Any, "the value; else the input")
            .named(
                "expires-in",
                SyntaxShape::Duration,
                "how long it is kept; without it, until it is deleted",
                Some('e'),
            )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow memory set orders 10037 {score: 0.85, at: 2026-11-28}",
                "Keep a record",
            ),
            example(
                "http get https://example.org/rates.json | flow memory set rates today --expires-in 1day",
                "Keep what came through the pipeline, for a day",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(completion, 0, true)
    }

    fn run(
        Request { engine, call, .. }: Request<'_>,
        input: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        let (namespace, key, mut spans) = arguments::entry(call)?;
        // Inside `each` there always is an input; an argument is what is meant.
        let kept = match (call.opt::<Value>(2)?, input) {
            (Some(argument), _) => argument,
            (None, PipelineData::Empty) => {
                return Err(LabeledError::new("there is no value to keep")
                    .with_code("flow::memory::no_value")
                    .with_help("give it as the third argument or through the pipeline; null is a value too")
                    .with_label("here", call.head));
            }
            (None, input) => input.into_value(call.head)?,
        };
        spans.value = Some(kept.span());
        let text = value::to_text(&kept)?;
        let expires_in = expires_in(call)?;
        let store = location::store(engine, call)?;
        let mut session = store.session();
        session
            .set(&namespace.item, &key.item, &text, expires_in)
            .and_then(|()| session.commit())
            .map_err(|error| spans.tell(&error))?;
        Ok(PipelineData::empty())
    }
}

/// How long the value is to be kept.
fn expires_in(call: &EvaluatedCall) -> Result<Option<Duration>, LabeledError> {
    let Some(given) = call.get_flag::<Spanned<i64>>("expires-in")? else {
        return Ok(None);
    };
    let duration = u64::try_from(given.item).ok().map(Duration::from_nanos);
    // The memory counts in milliseconds: less would be over before it began.
    match duration.filter(|duration| duration.as_millis() > 0) {
        Some(duration) => Ok(Some(duration)),
        None => Err(LabeledError::new("a value is kept for 1ms at least")
            .with_code("flow::memory::expires_in")
            .with_help("use a duration such as `--expires-in 1hr`")
            .with_label("this duration", given.span)),
    }
}
