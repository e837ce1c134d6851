//! `flow`: shows the help.

use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Category, LabeledError, Signature, Type, Value};

use crate::FlowPlugin;

pub(crate) struct Flow;

impl SimplePluginCommand for Flow {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow"
    }

    fn description(&self) -> &str {
        "Run small programs in several languages as sandboxed WebAssembly agents."
    }

    fn extra_description(&self) -> &str {
        "Use one of the subcommands: `flow new` to begin an agent, `flow run` to run one."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::String)
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["wasm", "webassembly", "agent", "sandbox", "devpod"]
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
