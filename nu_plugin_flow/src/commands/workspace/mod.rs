//! `flow workspace`: the workspaces that `flow provision` made.

mod delete;
mod exec;
mod list;
mod logs;
mod selection;
mod start;
mod status;
mod stop;
mod turn;

use std::time::SystemTime;

use flow_workspace::{Workspace as Found, WorkspaceId};
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{
    Category, DynamicSuggestion, IntoValue, LabeledError, Signature, Span, Type, Value, record,
};

pub(crate) use self::delete::Delete;
pub(crate) use self::exec::Exec;
pub(crate) use self::list::List;
pub(crate) use self::logs::Logs;
pub(crate) use self::start::Start;
pub(crate) use self::status::Status;
pub(crate) use self::stop::Stop;
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;

pub(crate) struct Workspace;

impl SimplePluginCommand for Workspace {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace"
    }

    fn description(&self) -> &str {
        "Work with the workspaces that `flow provision` made."
    }

    fn extra_description(&self) -> &str {
        "Use one of the subcommands. Each takes ids, or the table of another: `flow workspace list | where language == rust | flow workspace delete`."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::String)
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["devpod", "environment", "provision"]
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        Ok(Value::string(engine.get_help()?, call.head))
    }
}

/// A workspace as a row.
fn row(workspace: Found, head: Span) -> Value {
    let row = record! {
        "id" => Value::string(workspace.id.as_str(), head),
        "language" => workspace.language.into_value(head),
        "provider" => Value::string(workspace.provider, head),
        "state" => Value::string(workspace.state.as_str(), head),
        "path" => workspace.path.into_value(head),
        "created" => date(workspace.created, head),
        "error" => workspace.error.map(|error| labeled(&error, "", head).msg).into_value(head),
    };
    Value::record(row, head)
}

/// A time as a datetime in UTC, or nothing.
pub(crate) fn date(time: Option<SystemTime>, head: Span) -> Value {
    let utc = |time| chrono::DateTime::<chrono::Utc>::from(time).fixed_offset();
    time.map(utc).into_value(head)
}

/// An error if there are failures, and of every one of `rows`.
pub(crate) fn refuse_failures(
    failures: Vec<LabeledError>,
    rows: usize,
) -> Result<(), LabeledError> {
    if failures.len() < rows {
        return Ok(());
    }
    let mut failures = failures.into_iter();
    let Some(first) = failures.next() else {
        return Ok(());
    };
    // What is missing for all of them is said once: a toolchain in other words for each.
    let is_same = |other: &LabeledError| {
        let is_toolchain = other.code.as_deref() == Some("flow::workspace::toolchain");
        other.msg == first.msg || (is_toolchain && other.help == first.help)
    };
    let others: Vec<_> = failures.filter(|other| !is_same(other)).collect();
    Err(others.into_iter().fold(first, LabeledError::with_inner))
}

/// The ids of all workspaces, as completions: at once, without asking a provider.
fn suggestions(engine: &EngineInterface) -> Option<Vec<DynamicSuggestion>> {
    let suggestion = |(id, language): (WorkspaceId, Option<String>)| DynamicSuggestion {
        value: id.to_string(),
        description: language,
        ..DynamicSuggestion::default()
    };
    let providers = environment::workspaces(engine, Span::unknown()).ok()?;
    Some(providers.known().into_iter().map(suggestion).collect())
}
