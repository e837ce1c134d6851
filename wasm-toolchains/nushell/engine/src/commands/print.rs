//! `print`, which is part of the shell and not of Nushell's crates of commands.

use std::sync::atomic::{AtomicBool, Ordering};

use nu_engine::command_prelude::*;

/// Whether `print` writes to standard output. In a handler it writes to the log.
static TO_STANDARD_OUTPUT: AtomicBool = AtomicBool::new(false);

/// Lets `print` write to standard output, for a program.
pub fn write_to_standard_output() {
    TO_STANDARD_OUTPUT.store(true, Ordering::Relaxed);
}

/// `print`: to standard output in a program, to the log in a handler.
#[derive(Clone)]
pub struct Print;

impl Command for Print {
    fn name(&self) -> &str {
        "print"
    }

    fn description(&self) -> &str {
        "Print the given values: to standard output in a program, to the log in a handler."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![
                (Type::Nothing, Type::Nothing),
                (Type::Any, Type::Nothing),
            ])
            .allow_variants_without_examples(true)
            .rest("rest", SyntaxShape::Any, "The values to print.")
            .switch(
                "no-newline",
                "Print without a newline at the end.",
                Some('n'),
            )
            .switch("stderr", "Print to the log.", Some('e'))
            .switch("raw", "Print binary without formatting it.", Some('r'))
            .category(Category::Strings)
    }

    fn run(
        &self,
        engine_state: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let values: Vec<Value> = call.rest(engine_state, stack, 0)?;
        let no_newline = call.has_flag(engine_state, stack, "no-newline")?;
        let log = call.has_flag(engine_state, stack, "stderr")?
            || !TO_STANDARD_OUTPUT.load(Ordering::Relaxed);
        let raw = call.has_flag(engine_state, stack, "raw")?;
        let print = |data: PipelineData, stack: &mut Stack| {
            let data = if log { without_colours(data) } else { data };
            if raw {
                data.print_raw(engine_state, no_newline, log)
            } else {
                data.print_table(engine_state, stack, no_newline, log)
            }
        };
        if values.is_empty() {
            if !input.is_nothing() {
                print(input, stack)?;
            }
        } else {
            for value in values {
                print(value.into_pipeline_data(), stack)?;
            }
        }
        Ok(PipelineData::empty())
    }
}

/// Removes ANSI escapes from text, since the log is no terminal.
fn without_colours(data: PipelineData) -> PipelineData {
    match data {
        PipelineData::Value(Value::String { val, .. }, metadata) => {
            let text = nu_utils::strip_ansi_string_unlikely(val.to_string());
            PipelineData::value(Value::string(text, Span::unknown()), metadata)
        }
        other => other,
    }
}
