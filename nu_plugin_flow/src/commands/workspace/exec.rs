//! `flow workspace exec`: a program inside workspaces.

use std::sync::atomic::{AtomicBool, Ordering};

use flow_process::{Command, Outcome};
use flow_workspace::{Call, Provider, WorkspaceError};
use nu_protocol::{
    DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Span, SyntaxShape, Type, Value,
    record,
};

use super::rows::{refuse_failures, suggestions};
use super::selection;
use super::selection::Selected;
use crate::command::{FlowCommand, Request, example};
use crate::commands::selection::types;
use crate::completion::Completion;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Exec;

impl FlowCommand for Exec {
    const NAME: &str = "flow workspace exec";
    const DESCRIPTION: &str = "Run a program inside workspaces, in the folder of their sources.";
    const EXTRA: &str = "With an id, the result is a record. With workspaces from the pipeline there is no id, and the result is a table: a row for each, one after the other. An exit code other than zero is no error.";
    const SEARCH_TERMS: &[&str] = &["ssh", "run", "command", "workspaces", "devpod"];

    fn signature(signature: Signature) -> Signature {
        signature
            .input_output_types(types(Type::record()))
            .named(
                "input",
                SyntaxShape::OneOf(vec![SyntaxShape::String, SyntaxShape::Binary]),
                "what the program reads from its standard input (default: nothing)",
                Some('i'),
            )
            .rest("command", SyntaxShape::ExternalArgument, "the workspace, unless it comes from the pipeline; `--`; the program and its arguments")
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow workspace exec rust-1 -- cargo --version | get stdout",
                "Run a program inside one workspace",
            ),
            example(
                "open --raw orders.json | do { let orders = $in; flow workspace exec rust-1 --input $orders -- wc -l }",
                "Give a program its input",
            ),
            example(
                "flow workspace list | flow workspace exec -- cargo test | where exit_code != 0",
                "The workspaces in which tests fail",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        (completion.position()? == 0).then(|| suggestions(completion.engine))?
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let ids = if input.is_nothing() { 1 } else { 0 };
        let (ids, command) = call.positional.split_at_checked(ids).unwrap_or_default();
        let (mut command, program) = program(command, call.head)?;
        if let Some(input) = call.get_flag::<Value>("input")? {
            command.stdin = input.coerce_into_binary()?;
        }
        let provider = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(ids, &input, call.head, &provider, &within)?;
        if let ([_], [only]) = (ids, selected.as_slice()) {
            let outcome = exec(&provider, only, &command, program, &interrupt.flag)?;
            return Ok(row(only, Ok(outcome), false, call.head));
        }
        let mut rows = Vec::with_capacity(selected.len());
        let mut failures = Vec::new();
        for selected in &selected {
            let outcome = exec(&provider, selected, &command, program, &interrupt.flag);
            failures.extend(outcome.as_ref().err().cloned());
            rows.push(row(selected, outcome, true, call.head));
            if interrupt.flag.load(Ordering::Relaxed) {
                break;
            }
        }
        refuse_failures(failures, rows.len())?;
        Ok(Value::list(rows, call.head))
    }
}

/// The command to run, and where its program was written.
fn program(words: &[Value], head: Span) -> Result<(Command, Span), LabeledError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(LabeledError::new("no program is named")
            .with_code("flow::workspace::program")
            .with_help("write it after `--`: `flow workspace exec rust-1 -- cargo --version`")
            .with_label("here", head));
    };
    let text = |word: &Value| word.clone().coerce_into_string();
    // A list is several arguments, as it is to Nushell's own external programs.
    let arguments = arguments.iter().flat_map(|word| match word {
        Value::List { vals, .. } => vals.as_slice(),
        word => std::slice::from_ref(word),
    });
    let arguments = arguments.map(text).collect::<Result<Vec<_>, _>>()?;
    Ok((Command::new(text(program)?, arguments, ""), program.span()))
}

fn exec(
    provider: &dyn Provider,
    selected: &Selected,
    command: &Command,
    program: Span,
    cancel: &AtomicBool,
) -> Result<Outcome, LabeledError> {
    let outcome = provider.exec(&selected.id, command, cancel, &mut |_| {});
    outcome.map_err(|error| match &error {
        WorkspaceError::Process(_) => labeled(&error, "this program", program),
        _ => labeled(&error, "this workspace", selected.span),
    })
}

/// The row of one workspace; in a table also with the reason why the program did not run.
fn row(
    selected: &Selected,
    outcome: Result<Outcome, LabeledError>,
    in_table: bool,
    head: Span,
) -> Value {
    let (outcome, error) = match outcome {
        Ok(outcome) => (Some(outcome), None),
        Err(error) => (None, Some(error.msg)),
    };
    let of = |value: &dyn Fn(&Outcome) -> Value| {
        outcome.as_ref().map_or_else(|| Value::nothing(head), value)
    };
    let mut row = record! {
        "id" => Value::string(selected.id.as_str(), selected.span),
        "exit_code" => of(&|outcome| Value::int(i64::from(outcome.status), head)),
        "stdout" => of(&|outcome| output(&outcome.stdout, head)),
        "stderr" => of(&|outcome| output(&outcome.stderr, head)),
        "duration" => of(&|outcome| outcome.duration.into_value(head)),
    };
    if in_table {
        row.push("error", error.into_value(head));
    }
    Value::record(row, head)
}

/// Text where it is text, else bytes, as `complete` has it.
fn output(bytes: &[u8], head: Span) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::string(text, head),
        Err(_) => Value::binary(bytes, head),
    }
}
