//! `inspect`. Nushell's own asks the terminal for its width.

use nu_engine::command_prelude::*;

/// `inspect`: writes what passes through a pipeline to the log.
#[derive(Clone)]
pub struct Inspect;

impl Command for Inspect {
    fn name(&self) -> &str {
        "inspect"
    }

    fn description(&self) -> &str {
        "Write what passes through a pipeline to the log."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Any)])
            .allow_variants_without_examples(true)
            .category(Category::Debug)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        mut input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let metadata = input.take_metadata();
        let value = input.into_value(call.head)?;
        if value.is_nothing() {
            return Err(ShellError::PipelineEmpty {
                dst_span: call.head,
            });
        }
        eprintln!("{}", value.get_type());
        let shown = value.clone().into_pipeline_data();
        shown.print_table(engine, stack, false, true)?;
        Ok(value.into_pipeline_data_with_metadata(metadata))
    }
}
