//! `flow workspace status`: some workspaces as they are now.

use flow_workspace::{Call, Provider};
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, Type, Value};

use super::rows::{row, suggestions};
use super::selection;
use crate::command::{FlowCommand, Request, example};
use crate::completion::Completion;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Status;

impl FlowCommand for Status {
    const NAME: &str = "flow workspace status";
    const DESCRIPTION: &str = "Show workspaces as they are now.";
    const EXTRA: &str = "A single id as an argument gives a record, several or a table from the pipeline give a table.";
    const SEARCH_TERMS: &[&str] = &["state", "workspaces", "devpod", "environment"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature, Type::Any)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![example(
            "flow workspace status rust-1",
            "Show one workspace",
        )]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position()?;
        suggestions(completion.engine)
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let provider = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(&call.positional, &input, call.head, &provider, &within)?;
        let mut rows = Vec::with_capacity(selected.len());
        for selected in selected {
            let status = provider.status(&selected.id, &Call::new(&interrupt.flag, None));
            let status =
                status.map_err(|error| labeled(&error, "this workspace", selected.span))?;
            rows.push(row(status, call.head));
        }
        match rows.pop() {
            Some(only) if rows.is_empty() && call.positional.len() == 1 => Ok(only),
            last => {
                rows.extend(last);
                Ok(Value::list(rows, call.head))
            }
        }
    }
}
