//! `flow workspace delete`: workspaces with all their files.

use flow_workspace::{Call, Provider};
use nu_protocol::{
    DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Type, Value, record,
};

use super::rows::{refuse_failures, suggestions};
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Delete;

impl FlowCommand for Delete {
    const NAME: &str = "flow workspace delete";
    const DESCRIPTION: &str = "Delete workspaces with all their files.";
    const EXTRA: &str = "Without `--force`, a workspace with files that differ from what was provisioned is kept; builds do not count. One that is kept is a row with its `error`; where all are kept, that is an error.";
    const SEARCH_TERMS: &[&str] = &["remove", "rm", "workspaces", "devpod", "environment"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature, Type::table()).switch(
            "force",
            "also delete what was changed in them",
            Some('f'),
        )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow workspace delete rust-1 rust-2",
                "Delete two workspaces, unless they have changes",
            ),
            example(
                "flow workspace list | where language == rust | flow workspace delete --force",
                "Delete all workspaces for Rust, with their changes",
            ),
            example_with_result(
                "[] | flow workspace delete",
                "A selection without workspaces deletes none",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position()?;
        suggestions(completion.engine)
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let force = call.has_flag("force")?;
        let provider = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(&call.positional, &input, call.head, &provider, &within)?;
        let mut rows = Vec::with_capacity(selected.len());
        let mut failures = Vec::new();
        for selected in selected {
            let deleted = provider.delete(&selected.id, force, &Call::new(&interrupt.flag, None));
            let error = deleted
                .err()
                .map(|error| labeled(&error, "this workspace", selected.span));
            let row = record! {
                "id" => Value::string(selected.id.as_str(), selected.span),
                "deleted" => Value::bool(error.is_none(), call.head),
                "error" => error.as_ref().map(|error| error.msg.clone()).into_value(call.head),
            };
            rows.push(Value::record(row, call.head));
            failures.extend(error);
        }
        refuse_failures(failures, rows.len())?;
        Ok(Value::list(rows, call.head))
    }
}
