//! `flow workspace logs`: what was done with workspaces, and what they wrote themselves.

use flow_workspace::{Call, Event, Provider, WorkspaceId};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Span, Value, record,
};

use super::{date, selection, suggestions, turn};
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Logs;

impl SimplePluginCommand for Logs {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace logs"
    }

    fn description(&self) -> &str {
        "Show what was done with workspaces and what their containers wrote, without secrets."
    }

    fn extra_description(&self) -> &str {
        "A row for each line, the oldest first. What a container wrote has no `time`: it does not say when."
    }

    fn signature(&self) -> Signature {
        turn::signature(self.name()).category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["log", "history", "events", "devpod", "container"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow workspace logs rust-1 | where level == error",
                description: "What failed in one workspace",
                result: None,
            },
            Example {
                example: "flow workspace list | flow workspace logs | sort-by time | last 20",
                description: "What was done last, in all workspaces",
                result: None,
            },
            Example {
                example: "[] | flow workspace logs",
                description: "A selection without workspaces has no log",
                result: Some(Value::test_list(Vec::new())),
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
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        matches!(argument, ArgType::Positional(_)).then(|| suggestions(engine))?
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let providers = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(&call.positional, input, call.head, &providers, &within)?;
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
