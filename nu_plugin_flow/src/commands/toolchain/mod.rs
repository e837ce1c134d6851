//! `flow toolchain`: what flow itself fetches.

mod install;

use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Category, Example, LabeledError, Signature, Type, Value};

pub(crate) use self::install::Install;
use crate::FlowPlugin;

pub(crate) struct Toolchain;

impl SimplePluginCommand for Toolchain {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow toolchain"
    }

    fn description(&self) -> &str {
        "Work with the toolchains that flow fetches itself."
    }

    fn extra_description(&self) -> &str {
        "Use one of the subcommands. `flow run` installs what it needs at first use."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::String)
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["install", "python", "pyodide", "engine"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![Example {
            example: "flow toolchain",
            description: "Show the subcommands",
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
        Ok(Value::string(engine.get_help()?, call.head))
    }
}
