//! `flow many` and `flow drop`: several results of one record, or none.

use nu_engine::command_prelude::*;
use nu_protocol::CustomValue;

use crate::many::Many;

/// `flow many`.
#[derive(Clone)]
pub struct FlowMany;

impl Command for FlowMany {
    fn name(&self) -> &str {
        "flow many"
    }

    fn description(&self) -> &str {
        "Answers one record with several, or with none: each item of a list becomes a result."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Any)])
            .category(Category::Custom("flow".to_owned()))
    }

    fn run(
        &self,
        _engine_state: &EngineState,
        _stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let records = match input {
            PipelineData::Empty => Vec::new(),
            other => other
                .into_iter_strict(call.head)?
                .map(Value::unwrap_error)
                .collect::<Result<_, _>>()?,
        };
        Ok(Many(records).clone_value(call.head).into_pipeline_data())
    }
}

/// `flow drop`.
#[derive(Clone)]
pub struct FlowDrop;

impl Command for FlowDrop {
    fn name(&self) -> &str {
        "flow drop"
    }

    fn description(&self) -> &str {
        "Answers a record with no result, as `null` does."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Any)])
            .category(Category::Custom("flow".to_owned()))
    }

    fn run(
        &self,
        _engine_state: &EngineState,
        _stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        Ok(Many(Vec::new()).clone_value(call.head).into_pipeline_data())
    }
}
