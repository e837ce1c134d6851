//! Nushell's values to JSON text.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::{PipelineData, Record, ShellError, Span, Value};
use serde::Serialize;

use crate::many::Many;

const NOTHING: &str = r#"{"$emit":[]}"#;

/// The answer of `handle`: nothing and `null` drop the record, as in Nushell's `each`.
pub fn write(output: PipelineData) -> Result<String, ShellError> {
    let value = match output {
        PipelineData::Empty => return Ok(NOTHING.to_owned()),
        PipelineData::ByteStream(stream, _) => {
            let span = stream.span();
            bytes(stream.into_bytes()?, span)
        }
        other => other.into_value(Span::unknown())?,
    };
    match value {
        Value::Nothing { .. } => Ok(NOTHING.to_owned()),
        Value::Error { error, .. } => Err(*error),
        Value::Custom { val, .. } if val.as_any().is::<Many>() => {
            let many = val.as_any().downcast_ref::<Many>();
            emit(many.map(|many| many.0.as_slice()).unwrap_or_default())
        }
        value => one(&value),
    }
}

/// A stream of bytes of unknown type as a value: text where it is UTF-8.
pub fn bytes(bytes: Vec<u8>, span: Span) -> Value {
    match String::from_utf8(bytes) {
        Ok(text) => Value::string(text, span),
        Err(error) => Value::binary(error.into_bytes(), span),
    }
}

/// One value as JSON text.
pub fn json(value: &Value) -> Result<String, ShellError> {
    let mut writer = Writer::default();
    writer.value(value)?;
    Ok(writer.finish())
}

fn one(value: &Value) -> Result<String, ShellError> {
    let text = json(value)?;
    // A record whose own first column is `$emit` must not be taken for several.
    if text.starts_with(r#"{"$emit""#) {
        return Ok(format!(r#"{{"$emit":[{text}]}}"#));
    }
    Ok(text)
}

fn emit(records: &[Value]) -> Result<String, ShellError> {
    let mut writer = Writer::default();
    writer.push(r#"{"$emit":"#);
    writer.list(records)?;
    writer.push("}");
    Ok(writer.finish())
}

#[derive(Default)]
struct Writer<'v> {
    text: Vec<u8>,
    /// The path to the value that is being written.
    path: Vec<Step<'v>>,
}

enum Step<'v> {
    Column(&'v str),
    Index(usize),
}

impl<'v> Writer<'v> {
    fn value(&mut self, value: &'v Value) -> Result<(), ShellError> {
        match value {
            Value::Nothing { .. } => self.push("null"),
            Value::Bool { val, .. } => self.push(if *val { "true" } else { "false" }),
            Value::Int { val, .. } => self.json(val),
            // JSON has neither NaN nor infinity: they become `null`.
            Value::Float { val, .. } => self.json(val),
            Value::String { val, .. } | Value::Glob { val, .. } => self.json(val),
            Value::Filesize { val, .. } => self.tagged("$filesize", &val.get()),
            Value::Duration { val, .. } => self.tagged("$duration", val),
            Value::Date { val, .. } => self.tagged("$datetime", &val.to_rfc3339()),
            Value::Binary { val, .. } => self.tagged("$binary", &STANDARD.encode(val.as_slice())),
            Value::Record { val, .. } => self.record(val)?,
            Value::List { vals, .. } => self.list(vals)?,
            Value::CellPath { val, .. } => self.json(&val.to_string()),
            Value::Custom { val, .. } if !val.as_any().is::<Many>() => {
                let plain = val.to_base_value(value.span())?;
                self.push(&json(&plain)?);
            }
            Value::Error { error, .. } => return Err((**error).clone()),
            Value::Custom { .. } | Value::Closure { .. } | Value::Range { .. } => {
                return Err(self.refusal(value));
            }
        }
        Ok(())
    }

    fn record(&mut self, record: &'v Record) -> Result<(), ShellError> {
        self.push("{");
        for (index, (name, value)) in record.iter().enumerate() {
            if index > 0 {
                self.push(",");
            }
            self.json(name);
            self.push(":");
            self.at(Step::Column(name), value)?;
        }
        self.push("}");
        Ok(())
    }

    fn list(&mut self, values: &'v [Value]) -> Result<(), ShellError> {
        self.push("[");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.push(",");
            }
            self.at(Step::Index(index), value)?;
        }
        self.push("]");
        Ok(())
    }

    fn at(&mut self, step: Step<'v>, value: &'v Value) -> Result<(), ShellError> {
        self.path.push(step);
        self.value(value)?;
        self.path.pop();
        Ok(())
    }

    fn tagged(&mut self, tag: &str, value: &impl Serialize) {
        self.push("{\"");
        self.push(tag);
        self.push("\":");
        self.json(value);
        self.push("}");
    }

    fn json<T: Serialize + ?Sized>(&mut self, value: &T) {
        // Neither the values nor writing to memory can fail.
        let _ = serde_json::to_writer(&mut self.text, value);
    }

    fn push(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn finish(self) -> String {
        String::from_utf8(self.text).unwrap_or_default()
    }

    fn refusal(&self, value: &Value) -> ShellError {
        let help = match value {
            Value::Closure { .. } => "call the closure with `do`, and return what it gives",
            Value::Range { .. } => "make a list of it: `| each {||}`",
            _ => "let `flow many` be the whole result of `handle`",
        };
        let what = match value {
            Value::Custom { .. } => "`flow many` stands for several results".to_owned(),
            other => format!("a {} has no form in JSON", other.get_type()),
        };
        let path: Vec<_> = self.path.iter().map(Step::to_string).collect();
        let place = match path.join(".") {
            path if path.is_empty() => String::new(),
            path => format!(" at `{path}`"),
        };
        let message = format!("the result is not JSON{place}: {what}");
        GenericError::new(message, "this value", value.span())
            .with_help(help)
            .into()
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => formatter.write_str(name),
            Self::Index(index) => index.fmt(formatter),
        }
    }
}
