//! Nushell's commands for the system, as far as they have a meaning in an agent.

use std::time::Duration;

use nu_engine::command_prelude::*;
use nu_engine::get_eval_block_with_early_return;
use nu_protocol::BlockId;

/// Waits.
#[derive(Clone)]
pub struct Sleep;

/// Whether a stream is a terminal.
#[derive(Clone)]
pub struct IsTerminal;

/// Where a command comes from.
#[derive(Clone)]
pub struct Which;

/// Runs another source file. Nushell's own looks for the file on the disk.
#[derive(Clone)]
pub struct Source;

impl Command for Sleep {
    fn name(&self) -> &str {
        "sleep"
    }

    fn description(&self) -> &str {
        "Delay for a specified amount of time."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::Nothing)])
            .required("duration", SyntaxShape::Duration, "Time to sleep.")
            .rest("rest", SyntaxShape::Duration, "Additional time.")
            .category(Category::Platform)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let durations: Vec<i64> = call.rest(engine, stack, 0)?;
        let positive = durations
            .into_iter()
            .filter_map(|one| u64::try_from(one).ok());
        std::thread::sleep(positive.map(Duration::from_nanos).sum());
        Ok(PipelineData::empty())
    }
}

impl Command for IsTerminal {
    fn name(&self) -> &str {
        "is-terminal"
    }

    fn description(&self) -> &str {
        "Whether a stream is a terminal: in an agent none is."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::Bool)])
            .switch("stdin", "Standard input.", Some('i'))
            .switch("stdout", "Standard output.", Some('o'))
            .switch("stderr", "The log.", Some('e'))
            .category(Category::Platform)
    }

    fn run(
        &self,
        _engine: &EngineState,
        _stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        Ok(Value::bool(false, call.head).into_pipeline_data())
    }
}

impl Command for Which {
    fn name(&self) -> &str {
        "which"
    }

    fn description(&self) -> &str {
        "Find out what a command is: there are no programs in an agent."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::table())])
            .rest("applications", SyntaxShape::String, "The names.")
            .switch("all", "Nothing: a name has one meaning.", Some('a'))
            .category(Category::System)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let names: Vec<String> = call.rest(engine, stack, 0)?;
        let span = call.head;
        let rows = names.into_iter().filter_map(|name| {
            let command = engine.get_decl(engine.find_decl(name.as_bytes(), &[])?);
            let row = record! {
                "command" => Value::string(name, span),
                "path" => Value::string("", span),
                "type" => Value::string(command.command_type().to_string(), span),
            };
            Some(Value::record(row, span))
        });
        Ok(Value::list(rows.collect(), span).into_pipeline_data())
    }
}

impl Command for Source {
    fn name(&self) -> &str {
        "source"
    }

    fn description(&self) -> &str {
        "Runs a script file in the current context."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Any)])
            .required(
                "filename",
                SyntaxShape::OneOf(vec![SyntaxShape::Filepath, SyntaxShape::Nothing]),
                "The source file; `null` for none.",
            )
            .category(Category::Core)
    }

    fn command_type(&self) -> nu_protocol::engine::CommandType {
        nu_protocol::engine::CommandType::Keyword
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        if call.get_parser_info(stack, "noop").is_some() {
            return Ok(PipelineData::empty());
        }
        let block: i64 = call.req_parser_info(engine, stack, "block_id")?;
        let block = BlockId::new(usize::try_from(block).unwrap_or_default());
        let block = engine.get_block(block).clone();
        let evaluate = get_eval_block_with_early_return(engine);
        evaluate(engine, stack, &block, input).map(|output| output.body)
    }
}
