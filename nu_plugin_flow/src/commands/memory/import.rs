//! `flow memory import`: what an export or another program wrote.

use std::time::SystemTime;

use flow_store::{Import as Options, Skipped};
use nu_protocol::{Example, LabeledError, Signature, Span, Type, Value, record};

use super::arguments::Spans;
use super::{exchange, location, rows};
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::commands::columns;

pub(crate) struct Import;

impl FlowCommand for Import {
    const NAME: &str = "flow memory import";
    const DESCRIPTION: &str =
        "Take in entries that were exported by flow, claude-flow or ruflo, all together or none.";
    const EXTRA: &str = "The format is known by its shape. Rows with the columns `namespace`, `key` and `value` are taken too, such as those of `flow memory list`, with `created`, `updated` and `expires` where they have them.

An entry that is there with another value or another time is replaced where the imported one was updated later, or always with `--overwrite`. What is not taken is in `skipped` with the reason: it is older, expired, or null in a file of claude-flow or ruflo, or its namespace or key is not one that flow has. Strings of claude-flow and ruflo are kept as strings, to the letter.";
    const SEARCH_TERMS: &[&str] = &["restore", "load", "merge", "claude-flow", "ruflo"];

    fn signature(signature: Signature) -> Signature {
        let skipped = columns::table([
            ("namespace", Type::String),
            ("key", Type::String),
            ("reason", Type::String),
        ]);
        let report = columns::record([
            ("format", Type::String),
            ("added", Type::Int),
            ("replaced", Type::Int),
            ("unchanged", Type::Int),
            ("skipped", skipped),
            ("dry_run", Type::Bool),
        ]);
        location::signature(signature)
            .input_output_types(vec![
                (Type::record(), report.clone()),
                (Type::table(), report.clone()),
                (Type::list(Type::Any), report),
            ])
            .switch(
                "dry-run",
                "say what would happen, and write nothing",
                Some('n'),
            )
            .switch("overwrite", "replace also what is newer here", Some('o'))
    }

    fn examples() -> Vec<Example<'static>> {
        let nothing = record! {
            "format" => Value::test_string("flow"),
            "added" => Value::test_int(0),
            "replaced" => Value::test_int(0),
            "unchanged" => Value::test_int(0),
            "skipped" => Value::test_list(Vec::new()),
            "dry_run" => Value::test_bool(true),
        };
        vec![
            example("open memory.nuon | flow memory import", "Restore a backup"),
            example(
                "open memory/claude-flow-data.json | flow memory import --dry-run",
                "See what claude-flow has, before it is taken over",
            ),
            example(
                "open orders.json | each {|order| {namespace: orders, key: ($order.id | into string), value: $order} } | flow memory import",
                "Keep a table, a row a key, in one go",
            ),
            example_with_result(
                "[] | flow memory import --dry-run",
                "Nothing comes of nothing",
                Value::test_record(nothing),
            ),
        ]
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let head = call.head;
        let options = Options {
            overwrite: call.has_flag("overwrite")?,
            dry_run: call.has_flag("dry-run")?,
        };
        let dry_run = options.dry_run;
        let read = exchange::read(&input, SystemTime::now())?;
        let store = location::store(engine, call)?;
        let imported = store.import(read.entries, options);
        let imported = imported.map_err(|error| Spans::of(head).tell(&error))?;
        let skipped = read.skipped.into_iter().chain(imported.skipped);
        let report = record! {
            "format" => Value::string(read.format.name(), head),
            "added" => rows::count(imported.added, head),
            "replaced" => rows::count(imported.replaced, head),
            "unchanged" => rows::count(imported.unchanged, head),
            "skipped" => Value::list(skipped.map(|skipped| row(skipped, head)).collect(), head),
            "dry_run" => Value::bool(dry_run, head),
        };
        Ok(Value::record(report, head))
    }
}

/// An entry that was not taken, as a row.
fn row(skipped: Skipped, head: Span) -> Value {
    let row = record! {
        "namespace" => Value::string(skipped.namespace, head),
        "key" => Value::string(skipped.key, head),
        "reason" => Value::string(skipped.reason, head),
    };
    Value::record(row, head)
}
