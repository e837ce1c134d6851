//! The pipeline as a command's standard input.

use std::io::{ErrorKind, Read, Write};

use flow_contract::check;
use flow_runtime::StandardInput;
use nu_protocol::{PipelineData, ShellError, Span, Value};

use super::super::options::{Format, Signatures};
use super::super::stream::{Records, records};
use crate::shell::errors::shell_error;
use crate::shell::json::encode;
use crate::shell::values::{AtSpan, span_at};

/// Bytes of raw input that are handed over at once.
const CHUNK: usize = 32 << 10;

/// How values become bytes.
pub(super) struct Feed {
    /// As the user said; `None` takes what fits the input.
    pub(super) format: Option<Format>,
    pub(super) signatures: Signatures,
}

impl Feed {
    /// Writes the whole input. A command that has read enough ends it early.
    pub(super) fn pipeline(
        &self,
        input: PipelineData,
        mut stdin: StandardInput,
        head: Span,
    ) -> Result<(), ShellError> {
        if let PipelineData::ByteStream(stream, _) = input {
            return match stream.reader() {
                Some(reader) => copy(reader, &mut stdin, head),
                None => Ok(()),
            };
        }
        if let PipelineData::Empty = input {
            return Ok(());
        }
        let mut bytes = Vec::new();
        match records(input, head)? {
            Records::One(Value::Nothing { .. }) => {}
            Records::One(value) => self.write(&value, true, &mut bytes)?,
            Records::Many(values) => {
                for value in values {
                    self.write(&value, false, &mut bytes)?;
                    // At once, so that a record never waits for the next one.
                    if !hand_over(&mut stdin, &mut bytes, head)? {
                        return Ok(());
                    }
                }
            }
        }
        hand_over(&mut stdin, &mut bytes, head).map(drop)
    }

    /// The whole input of a run: one record, or the records of a list.
    pub(super) fn whole(&self, value: &Value) -> Result<Vec<u8>, ShellError> {
        let mut bytes = Vec::new();
        match value {
            Value::List { vals, .. } if self.format != Some(Format::Raw) => {
                for value in vals.iter() {
                    self.write(value, false, &mut bytes)?;
                }
            }
            single => self.write(single, true, &mut bytes)?,
        }
        Ok(bytes)
    }

    /// Appends `value` in its format; `alone` where it is the whole input.
    fn write(&self, value: &Value, alone: bool, bytes: &mut Vec<u8>) -> Result<(), ShellError> {
        if let Value::Error { error, .. } = value {
            return Err(*error.clone());
        }
        let format = self.format.unwrap_or(match value {
            Value::String { .. } if alone => Format::Text,
            Value::Binary { .. } if alone => Format::Raw,
            _ => Format::Json,
        });
        match format {
            Format::Json => {
                if let Some(ty) = &self.signatures.input {
                    check::<AtSpan>(value, ty).map_err(|error| {
                        shell_error(
                            &error,
                            "this does not fit the agent's signature",
                            span_at(value, error.path()),
                        )
                    })?;
                }
                encode(value, self.signatures.tagging(), bytes)
                    .map_err(|error| shell_error(&error, "from this input", error.span()))?;
                bytes.push(b'\n');
            }
            Format::Text => {
                bytes.extend_from_slice(value.coerce_str()?.as_bytes());
                if !alone {
                    bytes.push(b'\n');
                }
            }
            Format::Raw => match value {
                Value::Binary { val, .. } => bytes.extend_from_slice(val),
                text => bytes.extend_from_slice(text.coerce_str()?.as_bytes()),
            },
        }
        Ok(())
    }
}

/// Hands over what there is; false when the command takes no more.
fn hand_over(
    stdin: &mut StandardInput,
    bytes: &mut Vec<u8>,
    head: Span,
) -> Result<bool, ShellError> {
    let written = stdin.write_all(bytes);
    bytes.clear();
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(failed(&error, head)),
    }
}

fn copy(mut reader: impl Read, stdin: &mut StandardInput, head: Span) -> Result<(), ShellError> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = reader
            .read(&mut chunk)
            .map_err(|error| failed(&error, head))?;
        let mut bytes = chunk.get(..length).unwrap_or_default().to_vec();
        if length == 0 || !hand_over(stdin, &mut bytes, head)? {
            return Ok(());
        }
    }
}

fn failed(error: &std::io::Error, head: Span) -> ShellError {
    nu_protocol::LabeledError::new(format!("cannot read the input: {error}"))
        .with_code("flow::run::input")
        .with_label("for this command", head)
        .into()
}
