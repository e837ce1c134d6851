//! `flow toolchain`: the pinned tools that build agents.

mod install;
mod list;
mod remove;
mod selection;

use flow_doctor::toolchain::Tool;
use flow_doctor::{Diagnosis, Health};
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{
    Category, IntoValue, LabeledError, Record, Signature, Span, Type, Value, record,
};

pub(crate) use self::install::Install;
pub(crate) use self::list::List;
pub(crate) use self::remove::Remove;
use crate::FlowPlugin;
use crate::shell::examination::Examination;

pub(crate) struct Toolchain;

impl SimplePluginCommand for Toolchain {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow toolchain"
    }

    fn description(&self) -> &str {
        "List, install and remove the pinned tools that build agents."
    }

    fn extra_description(&self) -> &str {
        "Use one of the subcommands. Tools come through the user's own rustup and cargo, without root."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::String)
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["compiler", "target", "rustup", "setup"]
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

/// A tool as a row.
fn row(tool: &Tool, found: &Diagnosis, examination: &Examination, head: Span) -> Record {
    let engine = examination.record(&tool.name);
    let engine = engine.as_ref();
    let vocabulary = engine.and_then(|engine| i64::try_from(engine.vocabulary).ok());
    record! {
        "toolchain" => Value::string(tool.toolchain, head),
        "tool" => Value::string(&tool.name, head),
        "pin" => tool.pin.clone().into_value(head),
        "version" => found.version.clone().into_value(head),
        "installed" => Value::bool(found.health != Health::Missing, head),
        "ok" => Value::bool(found.health == Health::Good, head),
        "digest" => engine.map(|engine| engine.digest.to_string()).into_value(head),
        "origin" => engine.map(|engine| engine.origin.clone()).into_value(head),
        "vocabulary" => vocabulary.into_value(head),
        "found" => Value::string(&found.found, head),
        "for" => Value::string(&tool.purpose, head),
    }
}
