//! `flow toolchain`: the pinned tools that build agents.

mod install;
mod list;
mod remove;
mod rows;
mod selection;

use nu_protocol::{LabeledError, Signature, Type, Value};

pub(crate) use self::install::Install;
pub(crate) use self::list::List;
pub(crate) use self::remove::Remove;
use crate::command::{FlowCommand, Request};

pub(crate) struct Toolchain;

impl FlowCommand for Toolchain {
    const NAME: &str = "flow toolchain";
    const DESCRIPTION: &str = "List, install and remove the pinned tools that build agents.";
    const EXTRA: &str = "Use one of the subcommands. Tools come through the user's own rustup and cargo, without root.";
    const SEARCH_TERMS: &[&str] = &["compiler", "target", "rustup", "setup"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::String)
    }

    fn run(request: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        request.help()
    }
}
