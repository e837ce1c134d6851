//! `flow workspace logs`: what was done with workspaces, and what they wrote themselves.

use flow_workspace::{Call, Event, Provider, WorkspaceId};
use nu_protocol::{
    DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Span, Type, Value, record,
};

use super::rows::{date, suggestions};
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Logs;

impl FlowCommand for Logs {
    const NAME: &str = "flow workspace logs";
    const DESCRIPTION: &str =
        "Show what was done with workspaces and what their containers wrote, without secrets.";
    const EXTRA: &str = "A row for each line, the oldest first. What a container wrote has no `time`: it does not say when.";
    const SEARCH_TERMS: &[&str] = &["log", "history", "events", "devpod", "container"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature, Type::table())
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow workspace logs rust-1 | where level == error",
                "What failed in one workspace",
            ),
            example(
                "flow workspace list | flow workspace logs | sort-by time | last 20",
                "What was done last, in all workspaces",
            ),
            example_with_result(
                "[] | flow workspace logs",
                "A selection without workspaces has no log",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position()?;
        suggestions(completion.engine)
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let providers = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(&call.positional, &input, call.head, &providers, &within)?;
        let mut rows = Vec::new();
        for selected in selected {
            let events = providers.logs(&selected.id, &Call::new(&interrupt.flag, None));
            let events =
                events.map_err(|error| labeled(&error, "this workspace", selected.span))?;
            let events = events.into_iter();
            rows.extend(events.map(|event| row(&selected.id, event, call.head)));
        }
        Ok(Value::list(rows, call.head))
    }
}

fn row(id: &WorkspaceId, event: Event, head: Span) -> Value {
    let row = record! {
        "id" => Value::string(id.as_str(), head),
        "time" => date(event.time, head),
        "level" => Value::string(event.level.as_str(), head),
        "source" => Value::string(event.source, head),
        "message" => event.message.into_value(head),
    };
    Value::record(row, head)
}
