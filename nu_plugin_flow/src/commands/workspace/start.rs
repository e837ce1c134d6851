//! `flow workspace start`: workspaces that are needed now.

use flow_workspace::Provider;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, Type, Value};

use super::rows::suggestions;
use super::{selection, transition};
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;

pub(crate) struct Start;

impl FlowCommand for Start {
    const NAME: &str = "flow workspace start";
    const DESCRIPTION: &str = "Make workspaces ready to run programs: starts a container, or makes anew one that is gone.";
    const EXTRA: &str = "On this machine it takes away the mark that `flow workspace stop` made. One that fails is a row with its `error`; where all fail, that is an error.";
    const SEARCH_TERMS: &[&str] = &["run", "up", "resume", "devpod", "container"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature, Type::table())
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example("flow workspace start rust-1", "Start one workspace"),
            example(
                "flow workspace list | where state == stopped | flow workspace start",
                "Start all that are stopped",
            ),
            example_with_result(
                "[] | flow workspace start",
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
        transition::each(request, &input, Provider::start)
    }
}
