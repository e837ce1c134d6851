//! `flow memory list`: the entries, page by page.

use flow_store::Store;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, PipelineData, Signature};

use super::{completion, listing, location};
use crate::command::{FlowCommand, Request, example};
use crate::completion::Completion;

pub(crate) struct List;

impl FlowCommand<PipelineData> for List {
    const NAME: &str = "flow memory list";
    const DESCRIPTION: &str = "List entries with their values, in the order of namespace and key.";
    const EXTRA: &str = "Rows come as they are read, so that a large memory begins at once and `| first 10` reads no more than it shows. What changes meanwhile shows or not, as it comes; `flow memory export` is of one moment.";
    const SEARCH_TERMS: &[&str] = &["ls", "keys", "values", "key-value"];

    fn signature(signature: Signature) -> Signature {
        listing::signature(location::signature(signature))
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow memory list orders --prefix 100",
                "What is kept about the orders 100…",
            ),
            example(
                "flow memory list | where expires < (date now) + 1hr",
                "What will be gone within the hour",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(completion, 0, false)
    }

    fn run(
        Request { engine, call, .. }: Request<'_>,
        _: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        listing::list(engine, call, 0, Store::entries)
    }
}
