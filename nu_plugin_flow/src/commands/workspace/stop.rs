//! `flow workspace stop`: workspaces that are needed no more for now.

use flow_workspace::Provider;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, Type, Value};

use super::rows::suggestions;
use super::{selection, transition};
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;

pub(crate) struct Stop;

impl FlowCommand for Stop {
    const NAME: &str = "flow workspace stop";
    const DESCRIPTION: &str = "Free what workspaces hold besides their files: stops a container.";
    const EXTRA: &str = "A stopped workspace keeps its files and starts again when a program runs in it. On this machine it is a mark and nothing else. One that fails is a row with its `error`; where all fail, that is an error.";
    const SEARCH_TERMS: &[&str] = &["halt", "pause", "down", "devpod", "container"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature, Type::table())
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example("flow workspace stop rust-1", "Stop one workspace"),
            example(
                "flow workspace list | where language == rust | flow workspace stop",
                "Stop all workspaces for Rust",
            ),
            example_with_result(
                "[] | flow workspace stop",
                "A selection without workspaces is no error",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position()?;
        suggestions(completion.engine)
    }

    fn run(request: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        transition::each(request, &input, Provider::stop)
    }
}
