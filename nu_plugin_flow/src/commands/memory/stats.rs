//! `flow memory stats`: where the memory is, and how much is in it.

use nu_protocol::{Example, LabeledError, Signature, Type, Value, record};

use flow_store::Store;

use super::arguments::Spans;
use super::{location, rows};
use crate::command::{FlowCommand, Request, example};
use crate::commands::columns;

pub(crate) struct Stats;

impl FlowCommand for Stats {
    const NAME: &str = "flow memory stats";
    const DESCRIPTION: &str = "Show where the memory is, how much is in it, and its digest.";
    const EXTRA: &str = "`size` is that of the values, `file_size` that of the file with all that SQLite keeps beside it. `expired` are entries whose time is over and which still take room. Two memories with the same entries, times included, have the same `digest`.";
    const SEARCH_TERMS: &[&str] = &["statistics", "size", "where", "path", "digest"];

    fn signature(signature: Signature) -> Signature {
        let record = columns::record([
            ("path", Type::String),
            ("scope", Type::String),
            ("schema", Type::Int),
            ("namespaces", Type::Int),
            ("keys", Type::Int),
            ("size", Type::Filesize),
            ("file_size", Type::Filesize),
            ("oldest", Type::Any),
            ("newest", Type::Any),
            ("expired", Type::Int),
            ("digest", Type::String),
        ]);
        location::signature(signature).input_output_type(Type::Nothing, record)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![example(
            "flow memory stats | get path",
            "The file that holds the memory of this project",
        )]
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        let head = call.head;
        let location = location::location(engine, call.has_flag("global")?, head)?;
        let found = Store::at(&location.path).statistics();
        let found = found.map_err(|error| Spans::of(head).tell(&error))?;
        let stats = record! {
            "path" => Value::string(location.path.display().to_string(), head),
            "scope" => Value::string(location.scope.to_string(), head),
            "schema" => rows::count(found.schema, head),
            "namespaces" => rows::count(found.namespaces, head),
            "keys" => rows::count(found.keys, head),
            "size" => rows::size(found.bytes, head),
            "file_size" => rows::size(found.file_size, head),
            "oldest" => rows::date(found.oldest, head),
            "newest" => rows::date(found.newest, head),
            "expired" => rows::count(found.expired, head),
            "digest" => Value::string(found.digest, head),
        };
        Ok(Value::record(stats, head))
    }
}
