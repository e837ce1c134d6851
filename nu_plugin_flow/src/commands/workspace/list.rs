//! `flow workspace list`: all workspaces.

use flow_workspace::{Call, Provider};
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Category, Example, LabeledError, Signature, Type, Value};

use super::row;
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct List;

impl SimplePluginCommand for List {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace list"
    }

    fn description(&self) -> &str {
        "List all workspaces."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::table())
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["ls", "workspaces", "devpod", "environment"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow workspace list | where created < (date now) - 30day | flow workspace delete",
                description: "Delete what is older than a month, unless it has changes",
                result: None,
            },
            Example {
                example: "flow workspace list | flow build",
                description: "Build the agents in all workspaces",
                result: None,
            },
        ]
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let provider = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let all = provider.list(&Call::new(&interrupt.flag, None));
        let all = all.map_err(|error| labeled(&error, "here", call.head))?;
        let rows = all
            .into_iter()
            .map(|workspace| row(workspace, call.head))
            .collect();
        Ok(Value::list(rows, call.head))
    }
}
