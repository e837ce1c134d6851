//! `flow`: shows the help.

use nu_protocol::{LabeledError, Signature, Type, Value};

use crate::command::{FlowCommand, Request};

pub(crate) struct Flow;

impl FlowCommand for Flow {
    const NAME: &str = "flow";
    const DESCRIPTION: &str =
        "Run small programs in several languages as sandboxed WebAssembly agents.";
    const EXTRA: &str =
        "Use one of the subcommands: `flow new` to begin an agent, `flow run` to run one.";
    const SEARCH_TERMS: &[&str] = &["wasm", "webassembly", "agent", "sandbox", "devpod"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::String)
    }

    fn run(request: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        request.help()
    }
}
