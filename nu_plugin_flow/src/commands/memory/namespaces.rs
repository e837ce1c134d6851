//! `flow memory namespaces`: what the memory is divided into.

use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Example, LabeledError, Signature, Type, Value, record};

use super::arguments::Spans;
use super::{place, rows};
use crate::FlowPlugin;

pub(crate) struct Namespaces;

impl SimplePluginCommand for Namespaces {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow memory namespaces"
    }

    fn description(&self) -> &str {
        "List the namespaces, with the number of their keys and the size of their values."
    }

    fn signature(&self) -> Signature {
        let table = rows::table([
            ("namespace", Type::String),
            ("keys", Type::Int),
            ("size", Type::Filesize),
            ("updated", Type::Date),
        ]);
        place::signature(self.name()).input_output_type(Type::Nothing, table)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["ls", "groups", "buckets", "key-value"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![Example {
            example: "flow memory namespaces | sort-by size --reverse",
            description: "Which namespaces take the most room",
            result: None,
        }]
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let head = call.head;
        let all = place::store(engine, call)?.namespaces();
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
