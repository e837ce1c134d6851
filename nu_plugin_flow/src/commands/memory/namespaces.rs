//! `flow memory namespaces`: what the memory is divided into.

use nu_protocol::{Example, LabeledError, Signature, Type, Value, record};

use super::arguments::Spans;
use super::{location, rows};
use crate::command::{FlowCommand, Request, example};
use crate::commands::columns;

pub(crate) struct Namespaces;

impl FlowCommand for Namespaces {
    const NAME: &str = "flow memory namespaces";
    const DESCRIPTION: &str =
        "List the namespaces, with the number of their keys and the size of their values.";
    const SEARCH_TERMS: &[&str] = &["ls", "groups", "buckets", "key-value"];

    fn signature(signature: Signature) -> Signature {
        let table = columns::table([
            ("namespace", Type::String),
            ("keys", Type::Int),
            ("size", Type::Filesize),
            ("updated", Type::Date),
        ]);
        location::signature(signature).input_output_type(Type::Nothing, table)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![example(
            "flow memory namespaces | sort-by size --reverse",
            "Which namespaces take the most room",
        )]
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        let head = call.head;
        let all = location::store(engine, call)?.namespaces();
        let all = all.map_err(|error| Spans::of(head).tell(&error))?;
        let row = |namespace: flow_store::Namespace| {
            let row = record! {
                "namespace" => Value::string(namespace.name, head),
                "keys" => rows::count(namespace.keys, head),
                "size" => rows::size(namespace.bytes, head),
                "updated" => rows::date(Some(namespace.updated), head),
            };
            Value::record(row, head)
        };
        Ok(Value::list(all.into_iter().map(row).collect(), head))
    }
}
