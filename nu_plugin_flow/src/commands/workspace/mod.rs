//! `flow workspace`: the workspaces that `flow provision` made.

mod delete;
mod exec;
mod list;
mod logs;
pub(crate) mod rows;
mod selection;
mod start;
mod status;
mod stop;
mod transition;

use nu_protocol::{LabeledError, Signature, Type, Value};

pub(crate) use self::delete::Delete;
pub(crate) use self::exec::Exec;
pub(crate) use self::list::List;
pub(crate) use self::logs::Logs;
pub(crate) use self::start::Start;
pub(crate) use self::status::Status;
pub(crate) use self::stop::Stop;
use crate::command::{FlowCommand, Request};

pub(crate) struct Workspace;

impl FlowCommand for Workspace {
    const NAME: &str = "flow workspace";
    const DESCRIPTION: &str = "Work with the workspaces that `flow provision` made.";
    const EXTRA: &str = "Use one of the subcommands. Each takes ids, or the table of another: `flow workspace list | where language == rust | flow workspace delete`.";
    const SEARCH_TERMS: &[&str] = &["devpod", "environment", "provision"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::String)
    }

    fn run(request: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        request.help()
    }
}
