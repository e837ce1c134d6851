//! The project that templates are added to, and what is done to its files.

use std::path::PathBuf;

use flow_template::{Plan, Project};
use nu_plugin::EngineInterface;
use nu_protocol::{DynamicSuggestion, IntoValue, LabeledError, Record, Span, Value, record};

use crate::completion;
use crate::shell::errors::labeled;

/// The project in the current directory.
pub(super) fn project(engine: &EngineInterface, head: Span) -> Result<Project, LabeledError> {
    let directory = PathBuf::from(engine.get_current_dir()?);
    Project::open(&directory).map_err(|error| labeled(&error, "here", head))
}

/// Carries out the plan, unless only its difference is asked for; a row for each file.
pub(super) fn carry_out(plan: &Plan, only_show: bool, head: Span) -> Result<Value, LabeledError> {
    if !only_show {
        plan.apply()
            .map_err(|error| labeled(&error, "here", head))?;
    }
    let rows = plan.changes.iter().filter(|change| {
        // What neither was there nor will be is no file.
        change.before.is_some() || change.after.is_some()
    });
    let row = |change: &flow_template::Change| {
        let mut row: Record = record! {
            "template" => change.template.clone().into_value(head),
            "path" => Value::string(&change.path, head),
            "action" => Value::string(change.action().as_str(), head),
        };
        if only_show {
            row.push("difference", Value::string(change.difference(), head));
        }
        Value::record(row, head)
    };
    Ok(Value::list(rows.map(row).collect(), head))
}

/// The names of templates, as completions.
pub(super) fn suggestions() -> Vec<DynamicSuggestion> {
    let templates = flow_template::all().iter();
    completion::described(
        templates.map(|template| (template.name, Some(template.description.clone()))),
    )
}
