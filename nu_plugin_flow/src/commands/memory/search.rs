//! `flow memory search`: the entries that have a text in them.

use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, PipelineData, Signature, SyntaxShape, Value,
};

use super::{arguments, completion, listing, location};
use crate::command::{FlowCommand, Request, example};
use crate::completion::Completion;

pub(crate) struct Search;

impl FlowCommand<PipelineData> for Search {
    const NAME: &str = "flow memory search";
    const DESCRIPTION: &str = "List the entries with a text in their key or value.";
    const EXTRA: &str = "Upper and lower case are one. A value is searched as the JSON text that it is kept in, names of fields included; `flow memory list | where value.score > 0.8` searches by what values mean.";
    const SEARCH_TERMS: &[&str] = &["find", "query", "grep", "key-value"];

    fn signature(signature: Signature) -> Signature {
        let signature = location::signature(signature);
        listing::signature(signature.required("text", SyntaxShape::String, "the text"))
    }

    fn examples() -> Vec<Example<'static>> {
        vec![example(
            "flow memory search 'aoife' orders --first 10",
            "Ten orders with that name in them",
        )]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(completion, 1, false)
    }

    fn run(
        Request { engine, call, .. }: Request<'_>,
        _: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        let text = arguments::name(call.req::<Value>(0)?, "text")?;
        listing::list(engine, call, 1, move |store, filter| {
            store.search(&text.item, filter)
        })
    }
}
