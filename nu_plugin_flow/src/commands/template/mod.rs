//! `flow template`: Devbox and devcontainer files for an existing project.

mod add;
mod list;
mod project;
mod remove;
mod selection;
mod show;

use nu_protocol::{LabeledError, Signature, Type, Value};

pub(crate) use self::add::Add;
pub(crate) use self::list::List;
pub(crate) use self::remove::Remove;
pub(crate) use self::show::Show;
use crate::command::{FlowCommand, Request};

pub(crate) struct Template;

impl FlowCommand for Template {
    const NAME: &str = "flow template";
    const DESCRIPTION: &str = "Add Devbox and devcontainer files for a language to a project.";
    const EXTRA: &str = "Use one of the subcommands. What is in the project stays as it is; what was added can be taken away again.";
    const SEARCH_TERMS: &[&str] = &["devbox", "devcontainer", "environment", "nix"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::String)
    }

    fn run(request: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        request.help()
    }
}
