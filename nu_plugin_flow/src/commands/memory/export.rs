//! `flow memory export`: everything as one record.

use std::collections::BTreeSet;
use std::time::SystemTime;

use flow_store::{Entry, Filter, Store};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type, Value,
};

use super::arguments::{self, Spans};
use super::exchange::{self, Format};
use super::{completion, place};
use crate::FlowPlugin;
use crate::commands::words;

pub(crate) struct Export;

impl SimplePluginCommand for Export {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow memory export"
    }

    fn description(&self) -> &str {
        "Give all entries, or those of some namespaces, as one record for a file or another memory."
    }

    fn extra_description(&self) -> &str {
        "The record is of one moment. It goes through `save memory.nuon`, `to json` or `to msgpack` and with `flow memory import` back into a memory without loss, times included: the digest that `flow memory stats` shows is the same. For that, values of types that JSON lacks stand as agents see them, such as `{\"$datetime\": …}`, and the few texts that Nushell would write otherwise, such as a number `1e3`, as `{\"$json\": \"1e3\"}`.

The formats `ruflo` and `claude-flow` are for these programs, which keep texts only: a value that is no string is its JSON text there. In `ruflo`, two more fields of each entry, `encoding` and `expiresAt`, let flow read all of it back; `claude-flow` keeps neither types nor the times of creation and expiry."
    }

    fn signature(&self) -> Signature {
        place::signature(self.name())
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

    fn search_terms(&self) -> Vec<&str> {
        vec!["dump", "backup", "save", "claude-flow", "ruflo"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow memory export | save memory.nuon",
                description: "Back up everything",
                result: None,
            },
            Example {
                example: "flow memory export orders | flow memory import --global",
                description: "Copy a namespace from the project into the global memory",
                result: None,
            },
            Example {
                example: "flow memory export --format ruflo | save memory.json",
                description: "Write what `ruflo memory import` reads",
                result: None,
            },
        ]
    }

    #[expect(
        deprecated,
        reason = "the only way to complete, marked as experimental"
    )]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        match argument {
            ArgType::Flag(flag) if flag == "format" => {
                Some(words::suggest(Format::ALL.map(Format::name)))
            }
            ArgType::Flag(_) => None,
            ArgType::Positional(position) => {
                let argument = ArgType::Positional(position);
                completion::suggestions(engine, &call, &argument, position, false)
            }
        }
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let format = format(call)?;
        let namespaces = call.rest::<Value>(0)?.into_iter();
        let namespaces: Vec<Spanned<String>> = namespaces
            .map(|namespace| arguments::name(namespace, "namespace"))
            .collect::<Result<_, _>>()?;
        let store = place::store(engine, call)?;
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
            words::unknown("format", code, &given.item, &known, given.span)
        })
}
