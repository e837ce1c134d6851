//! `flow workspace list`: all workspaces.

use flow_workspace::{Call, Provider};
use nu_protocol::{Example, LabeledError, Signature, Type, Value};

use super::rows::row;
use crate::command::{FlowCommand, Request, example};
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct List;

impl FlowCommand for List {
    const NAME: &str = "flow workspace list";
    const DESCRIPTION: &str = "List all workspaces.";
    const SEARCH_TERMS: &[&str] = &["ls", "workspaces", "devpod", "environment"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::table())
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow workspace list | where created < (date now) - 30day | flow workspace delete",
                "Delete what is older than a month, unless it has changes",
            ),
            example(
                "flow workspace list | flow build",
                "Build the agents in all workspaces",
            ),
        ]
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
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
