//! Programs: they read records from standard input as JSON Lines, and write results to
//! standard output the same way.

use std::io::{self, BufRead, Read, Write};

use nu_parser::{escape_for_script_arg, parse};
use nu_protocol::engine::StateWorkingSet;
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::shell_error::io::IoError;
use nu_protocol::{
    ByteStream, ByteStreamType, ListStream, PipelineData, ShellError, Signals, Span, Value,
};

use crate::interpreter::{Interpreter, Program, Script, evaluate};
use crate::many::Many;
use crate::{answer, commands, input, problem};

/// Runs the program that was loaded. An error is written to standard error.
pub fn run(interpreter: &mut Interpreter) -> Result<(), ()> {
    let Some(Program::Script(script)) = interpreter.program.take() else {
        eprintln!("no program was loaded");
        return Err(());
    };
    commands::write_to_standard_output();
    let ended = execute(interpreter, &script);
    // Where nothing reads the output any more, the error concerns nobody.
    let _ = io::stdout().flush();
    match ended {
        Ok(()) => Ok(()),
        Err(ShellError::Exit { code: 0, .. }) => Ok(()),
        Err(ShellError::Exit { code, .. }) => {
            // The interface has no exit status: a program succeeds or fails.
            eprintln!("the program ended with `exit {code}`");
            Err(())
        }
        Err(error) => {
            eprintln!("{}", problem::sentence(&interpreter.engine, &error));
            Err(())
        }
    }
}

fn execute(interpreter: &mut Interpreter, script: &Script) -> Result<(), ShellError> {
    let Interpreter { engine, stack, .. } = interpreter;
    let input = read_input(Span::unknown())?;
    if !script.main {
        return write(evaluate(engine, stack, &script.block, input)?);
    }
    evaluate(engine, stack, &script.block, PipelineData::empty())?.drain()?;
    let block = {
        let mut state = StateWorkingSet::new(engine);
        let call = call_of_main();
        let block = parse(&mut state, Some("the call of main"), call.as_bytes(), false);
        if let Some(error) = state.parse_errors.first() {
            let problem = problem::of_source(&state, error, &script.entry);
            return Err(usage(&problem.message));
        }
        let delta = state.render();
        engine.merge_delta(delta)?;
        block
    };
    write(evaluate(engine, stack, &block, input)?)
}

/// `main` with the program's arguments. As in Nushell, the first ones may be the rest of
/// the name of a sub-command.
fn call_of_main() -> String {
    let mut call = String::from("main");
    for argument in std::env::args().skip(1) {
        call.push(' ');
        call.push_str(&escape_for_script_arg(&argument));
    }
    call
}

fn usage(message: &str) -> ShellError {
    GenericError::new_internal(
        "these arguments do not fit the program's `main`",
        message.to_owned(),
    )
    .into()
}

/// The data on standard input: a stream of records where its first line is JSON, else
/// text or bytes.
fn read_input(span: Span) -> Result<PipelineData, ShellError> {
    let mut first = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut first);
    read.map_err(|error| IoError::new_internal(error, "cannot read standard input"))?;
    if first.is_empty() {
        return Ok(PipelineData::empty());
    }
    if first.trim_ascii().is_empty() || input::read_bytes(&first, span).is_err() {
        let all = io::Cursor::new(first).chain(io::stdin());
        let text = ByteStream::read(all, span, Signals::empty(), ByteStreamType::Unknown);
        return Ok(PipelineData::byte_stream(text, None));
    }
    let records = Records {
        first: Some(first),
        line: 0,
        span,
    };
    let stream = ListStream::new(records, span, Signals::empty());
    Ok(PipelineData::list_stream(stream, None))
}

/// The records on standard input, read on demand.
struct Records {
    first: Option<Vec<u8>>,
    line: usize,
    span: Span,
}

impl Iterator for Records {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        loop {
            let line = match self.first.take() {
                Some(line) => line,
                None => match read_line() {
                    Ok(line) => line,
                    Err(error) => return Some(self.error(&error.to_string())),
                },
            };
            if line.is_empty() {
                return None;
            }
            self.line += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let read = input::read_bytes(&line, self.span);
            return Some(read.unwrap_or_else(|error| self.error(&error)));
        }
    }
}

impl Records {
    fn error(&self, reason: &str) -> Value {
        let message = format!("line {} of standard input: {reason}", self.line);
        Value::error(
            GenericError::new_internal("cannot read a record", message).into(),
            self.span,
        )
    }
}

fn read_line() -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut line)?;
    Ok(line)
}

/// Writes each value of a list or a stream as a line, and any other value as one.
fn write(output: PipelineData) -> Result<(), ShellError> {
    match output {
        PipelineData::Empty => Ok(()),
        PipelineData::ListStream(stream, _) => stream.into_iter().try_for_each(|value| row(&value)),
        PipelineData::ByteStream(stream, _) => {
            let span = stream.span();
            row(&answer::bytes(stream.into_bytes()?, span))
        }
        PipelineData::Value(Value::Nothing { .. }, _) => Ok(()),
        PipelineData::Value(Value::List { vals, .. }, _) => vals.iter().try_for_each(row),
        PipelineData::Value(Value::Custom { val, .. }, _) if val.as_any().is::<Many>() => {
            let many = val.as_any().downcast_ref::<Many>();
            many.into_iter().flat_map(|many| &many.0).try_for_each(row)
        }
        PipelineData::Value(range @ Value::Range { .. }, _) => PipelineData::value(range, None)
            .into_iter_strict(Span::unknown())?
            .try_for_each(|value| row(&value)),
        PipelineData::Value(value, _) => row(&value),
    }
}

fn row(value: &Value) -> Result<(), ShellError> {
    let mut line = answer::json(value)?;
    line.push('\n');
    io::stdout()
        .write_all(line.as_bytes())
        .map_err(|error| IoError::new_internal(error, "cannot write to standard output").into())
}
