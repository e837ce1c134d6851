//! A command's standard output as a pipeline.

use std::io::{BufRead, BufReader, Chain, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use flow_contract::{DecodeError, Type};
use flow_runtime::{Run, RunError, StandardOutput};
use nu_protocol::{
    ByteStream, ByteStreamType, LabeledError, PipelineData, ShellError, Signals, Span, Value,
};

use super::super::options::{Format, OnError};
use super::super::stream::{Failures, stream};
use crate::shell::errors::{error_value, labeled, shell_error};
use crate::shell::interrupt::Interrupt;
use crate::shell::json::{Answer, decode_answer_bytes};

/// Bytes of text that are handed on at once.
const CHUNK: usize = 32 << 10;

/// How the output is read.
pub(super) struct Results {
    /// As the user said; `None` tells it from the first line.
    pub(super) format: Option<Format>,
    pub(super) signature: Option<Type>,
    pub(super) limit: u64,
    pub(super) agent: Span,
    pub(super) head: Span,
}

/// The lines of an output.
pub(super) struct Output<R> {
    reader: R,
    /// Bytes of the longest line.
    limit: u64,
    /// Lines read so far.
    line: usize,
    /// A line was too long: the rest is not read.
    ended: bool,
}

/// What a run is waited for with, when its output has ended.
struct Ending {
    run: Option<Run>,
    /// What went wrong with its input.
    input: Arc<Mutex<Option<ShellError>>>,
    agent: Span,
}

type Rest = BufReader<Chain<Cursor<Vec<u8>>, StandardOutput>>;

/// The output of `run` as values or as text, as it comes.
pub(super) fn pipeline(
    output: StandardOutput,
    run: Run,
    results: Results,
    on_error: OnError,
    input: Arc<Mutex<Option<ShellError>>>,
    interrupt: Interrupt,
) -> Result<PipelineData, LabeledError> {
    let mut ending = Ending {
        run: Some(run),
        input,
        agent: results.agent,
    };
    let mut reader = BufReader::new(output);
    let first = match results.format {
        Some(Format::Json) => Vec::new(),
        // A run that fails before it has written is an error, not a stream.
        Some(_) => reader.fill_buf().map(<[u8]>::to_vec).unwrap_or_default(),
        None => first_line(&mut reader, results.limit),
    };
    if first.is_empty() && results.format != Some(Format::Json) {
        ending.finish()?;
        return Ok(PipelineData::empty());
    }
    let format = results.format.unwrap_or_else(|| told_by(&first));
    let mut read_ahead = if results.format.is_none() {
        first
    } else {
        Vec::new()
    };
    read_ahead.extend_from_slice(reader.buffer());
    let rest = BufReader::new(Cursor::new(read_ahead).chain(reader.into_inner()));
    Ok(match format {
        Format::Json => values(rest, results, on_error, ending, interrupt),
        Format::Text if results.format.is_none() => text(
            rest,
            ByteStreamType::Unknown,
            results.head,
            ending,
            interrupt,
        ),
        Format::Text => text(
            rest,
            ByteStreamType::String,
            results.head,
            ending,
            interrupt,
        ),
        Format::Raw => text(
            rest,
            ByteStreamType::Binary,
            results.head,
            ending,
            interrupt,
        ),
    })
}

fn values(
    rest: Rest,
    results: Results,
    on_error: OnError,
    mut ending: Ending,
    interrupt: Interrupt,
) -> PipelineData {
    let head = results.head;
    let mut output = Output::new(rest, results.limit);
    let mut current = Vec::new().into_iter();
    let values = std::iter::from_fn(move || {
        loop {
            if let Some(value) = current.next() {
                return Some(value);
            }
            current = match output.next(results.signature.as_ref(), results.head) {
                Some(values) => values.into_iter(),
                None => {
                    if output.ended {
                        // Nobody reads the rest: the run would wait for ever.
                        ending.run = None;
                    }
                    let error = ending.finish().err()?;
                    vec![Value::error(error, results.agent)].into_iter()
                }
            };
        }
    });
    stream(Failures::new(on_error).filter(values), head, interrupt)
}

fn text(
    mut rest: Rest,
    kind: ByteStreamType,
    head: Span,
    mut ending: Ending,
    interrupt: Interrupt,
) -> PipelineData {
    let chunks = std::iter::from_fn(move || {
        let _ = &interrupt;
        let mut chunk = vec![0; CHUNK];
        match rest.read(&mut chunk) {
            Ok(0) | Err(_) => ending.finish().err().map(|error| {
                // Nushell keeps no more of an error in a byte stream than that
                // there was one.
                eprintln!("flow run: error: {error}");
                Err(error)
            }),
            Ok(length) => {
                chunk.truncate(length);
                Some(Ok(chunk))
            }
        }
    });
    let stream = ByteStream::from_result_iter(chunks, head, Signals::empty(), kind);
    PipelineData::byte_stream(stream, None)
}

impl Ending {
    /// Waits for the run; what went wrong with its input comes first.
    fn finish(&mut self) -> Result<(), ShellError> {
        let Some(run) = self.run.take() else {
            return Ok(());
        };
        let ended = run.finish();
        let input = self
            .input
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match (input, ended) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(whole(&error, self.agent)),
            (None, Ok(_)) => Ok(()),
        }
    }
}

impl<R: BufRead> Output<R> {
    pub(super) fn new(reader: R, limit: u64) -> Self {
        Self {
            reader,
            limit,
            line: 0,
            ended: false,
        }
    }

    /// The values of the next line that is not empty.
    fn next(&mut self, signature: Option<&Type>, span: Span) -> Option<Vec<Value>> {
        while !self.ended {
            let mut line = Vec::new();
            let mut limited = (&mut self.reader).take(self.limit.saturating_add(1));
            let length = limited.read_until(b'\n', &mut line).ok()?;
            if length == 0 {
                return None;
            }
            self.line += 1;
            if length as u64 > self.limit {
                let error = RunError::Output { limit: self.limit };
                self.ended = true;
                return Some(vec![error_value(&error, "from this agent", span)]);
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(match decode_answer_bytes(&line, span, signature) {
                Ok(Answer::One(value)) => vec![value],
                Ok(Answer::Many(values)) => values,
                Err(error) => vec![self.malformed(&error, span)],
            });
        }
        None
    }

    fn malformed(&self, error: &DecodeError, span: Span) -> Value {
        let label = format!("line {} of this command's output", self.line);
        let error = labeled(error, label, span)
            .with_help("where a command writes text, run it with `--output text`");
        Value::error(error.into(), span)
    }

    /// All of it, in `format` or in the one that its first line tells.
    pub(super) fn collect(
        mut self,
        format: Option<Format>,
        signature: Option<&Type>,
        span: Span,
    ) -> Result<Vec<Value>, Value> {
        let io = |error: std::io::Error| {
            Value::error(
                LabeledError::new(format!("cannot read the output: {error}")).into(),
                span,
            )
        };
        let format = match format {
            Some(format) => format,
            None => told_by(self.reader.fill_buf().map_err(io)?),
        };
        if format == Format::Json {
            let mut values = Vec::new();
            while let Some(more) = self.next(signature, span) {
                values.extend(more);
            }
            return Ok(values);
        }
        let mut bytes = Vec::new();
        self.reader.read_to_end(&mut bytes).map_err(io)?;
        Ok(match (format, String::from_utf8(bytes)) {
            (Format::Text, Ok(text)) => vec![Value::string(text, span)],
            (_, Ok(text)) => vec![Value::binary(text, span)],
            (_, Err(bytes)) => vec![Value::binary(bytes.into_bytes(), span)],
        })
    }
}

/// The first line, or as much of it as the limit allows.
fn first_line(reader: &mut impl BufRead, limit: u64) -> Vec<u8> {
    let mut line = Vec::new();
    // What cannot be read is told at the end of the run.
    let _ = reader.take(limit).read_until(b'\n', &mut line);
    line
}

/// JSON Lines begin with a line of JSON; everything else is text.
fn told_by(output: &[u8]) -> Format {
    let first = output.split(|byte| *byte == b'\n').next().unwrap_or(output);
    match serde_json::from_slice::<serde::de::IgnoredAny>(first) {
        Ok(_) => Format::Json,
        Err(_) => Format::Text,
    }
}

/// The span of an error about the run as a whole.
fn whole(error: &RunError, agent: Span) -> ShellError {
    shell_error(error, "this agent", agent)
}
