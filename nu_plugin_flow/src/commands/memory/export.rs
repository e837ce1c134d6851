//! `flow memory export`: everything as one record.

use std::collections::BTreeSet;
use std::time::SystemTime;

use flow_store::{Entry, Filter, Store};
use nu_plugin::EvaluatedCall;
use nu_protocol::engine::ArgType;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type, Value,
};

use super::arguments::{self, Spans};
use super::exchange::{self, Format};
use super::{completion, location};
use crate::command::{FlowCommand, Request, example};
use crate::commands::choices;
use crate::completion::Completion;

pub(crate) struct Export;

impl FlowCommand for Export {
    const NAME: &str = "flow memory export";
    const DESCRIPTION: &str = "Give all entries, or those of some namespaces, as one record for a file or another memory.";
    const EXTRA: &str = "The record is of one moment. It goes through `save memory.nuon`, `to json` or `to msgpack` and with `flow memory import` back into a memory without loss, times included: the digest that `flow memory stats` shows is the same. For that, values of types that JSON lacks stand as agents see them, such as `{\"$datetime\": …}`, and the few texts that Nushell would write otherwise, such as a number `1e3`, as `{\"$json\": \"1e3\"}`.

The formats `ruflo` and `claude-flow` are for these programs, which keep texts only: a value that is no string is its JSON text there. In `ruflo`, two more fields of each entry, `encoding` and `expiresAt`, let flow read all of it back; `claude-flow` keeps neither types nor the times of creation and expiry.";
    const SEARCH_TERMS: &[&str] = &["dump", "backup", "save", "claude-flow", "ruflo"];

    fn signature(signature: Signature) -> Signature {
        location::signature(signature)
            .input_output_type(Type::Nothing, Type::record())
            .rest(
                "namespaces",
                SyntaxShape::String,
                "the namespaces; else all of them",
            )
            .named(
                "format",
                SyntaxShape::String,
                "`flow` (default), `ruflo` or `claude-flow`",
                Some('f'),
            )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow memory export | save memory.nuon",
                "Back up everything",
            ),
            example(
                "flow memory export orders | flow memory import --global",
                "Copy a namespace from the project into the global memory",
            ),
            example(
                "flow memory export --format ruflo | save memory.json",
                "Write what `ruflo memory import` reads",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        match completion.argument {
            ArgType::Flag(flag) if flag == "format" => {
                Some(crate::completion::words(Format::ALL.map(Format::name)))
            }
            ArgType::Flag(_) => None,
            ArgType::Positional(position) => completion::suggestions(completion, *position, false),
        }
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        let format = format(call)?;
        let namespaces = call.rest::<Value>(0)?.into_iter();
        let namespaces: Vec<Spanned<String>> = namespaces
            .map(|namespace| arguments::name(namespace, "namespace"))
            .collect::<Result<_, _>>()?;
        let store = location::store(engine, call)?;
        let export = exchange::Export {
            format,
            entries: entries(&store, &namespaces, Spans::of(call.head))?,
            namespace: match namespaces.as_slice() {
                [only] => Some(only.item.clone()),
                _ => None,
            },
            exported: SystemTime::now(),
        };
        Ok(exchange::write(export, call.head))
    }
}

/// The entries of the namespaces, all of one moment.
fn entries(
    store: &Store,
    namespaces: &[Spanned<String>],
    mut spans: Spans,
) -> Result<Vec<Entry>, LabeledError> {
    let mut filter = Filter::default();
    if let [only] = namespaces {
        spans.namespace = Some(only.span);
        filter.namespace = Some(only.item.clone());
    }
    let mut entries = store.entries(&filter).map_err(|error| spans.tell(&error))?;
    if namespaces.len() > 1 {
        let wanted: BTreeSet<&str> = namespaces.iter().map(|name| name.item.as_str()).collect();
        entries.retain(|entry| wanted.contains(entry.namespace.as_str()));
    }
    Ok(entries)
}

/// The format that the call asks for.
fn format(call: &EvaluatedCall) -> Result<Format, LabeledError> {
    let Some(given) = call.get_flag::<Spanned<String>>("format")? else {
        return Ok(Format::Flow);
    };
    let mut all = Format::ALL.into_iter();
    all.find(|format| format.name() == given.item)
        .ok_or_else(|| {
            let known = Format::ALL.map(Format::name);
            let code = "flow::memory::format";
            choices::unknown("format", code, &given.item, &known, given.span)
        })
}
