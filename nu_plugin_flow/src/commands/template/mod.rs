//! `flow template`: Devbox and devcontainer files for an existing project.

mod add;
mod list;
mod remove;
mod selection;
mod show;

use std::path::PathBuf;

use flow_template::{Plan, Project};
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{
    Category, DynamicSuggestion, IntoValue, LabeledError, Record, Signature, Span, Type, Value,
    record,
};

pub(crate) use self::add::Add;
pub(crate) use self::list::List;
pub(crate) use self::remove::Remove;
pub(crate) use self::show::Show;
use crate::FlowPlugin;
use crate::shell::errors::labeled;

pub(crate) struct Template;

impl SimplePluginCommand for Template {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow template"
    }

    fn description(&self) -> &str {
        "Add Devbox and devcontainer files for a language to a project."
    }

    fn extra_description(&self) -> &str {
        "Use one of the subcommands. What is in the project stays as it is; what was added can be taken away again."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::String)
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["devbox", "devcontainer", "environment", "nix"]
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

/// The project in the current directory.
fn project(engine: &EngineInterface, head: Span) -> Result<Project, LabeledError> {
    let directory = PathBuf::from(engine.get_current_dir()?);
    Project::open(&directory).map_err(|error| labeled(&error, "here", head))
}

/// Carries out the plan, unless only its difference is asked for; a row for each file.
fn carry_out(plan: &Plan, only_show: bool, head: Span) -> Result<Value, LabeledError> {
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
fn suggestions() -> Vec<DynamicSuggestion> {
    let suggestion = |template: &flow_template::Template| DynamicSuggestion {
        value: template.name.to_owned(),
        description: Some(template.description.clone()),
        ..DynamicSuggestion::default()
    };
    flow_template::all().iter().map(suggestion).collect()
}
