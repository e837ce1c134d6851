//! JSON text to Nushell values.

use nu_protocol::{Span, Type, Value};
use serde::de::DeserializeSeed;

use super::error::DecodeError;
use super::visitor::{Context, Seed};
use super::wide::first_wide_integer;
use crate::shell::typed::Expected;

/// What a handler answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One value; null and lists are values too.
    One(Value),
    /// The zero or more records of `{"$emit": […]}`.
    Many(Vec<Value>),
}

/// Reads what a handler answered, every value with `span`. With `expected`,
/// the type of a single record (see [`element_type`]), values are converted
/// to it as by [`fit`] while they are read.
///
/// [`element_type`]: crate::shell::typed::element_type
/// [`fit`]: crate::shell::typed::fit
///
/// # Errors
/// Where the text is not JSON, holds an integer outside i64, is nested too
/// deep, or does not fit.
pub fn decode_answer(
    text: &str,
    span: Span,
    expected: Option<&Type>,
) -> Result<Answer, DecodeError> {
    let context = Context::new(span, true);
    let value = decode(text, &context, expected)?;
    Ok(match value {
        Value::List { vals, .. } if context.emitted.get() => Answer::Many(vals.into_owned()),
        single => Answer::One(single),
    })
}

/// As [`decode_answer`], from bytes that have yet to prove that they are text:
/// a line of a command's output.
///
/// # Errors
/// As [`decode_answer`], and where the bytes are not UTF-8.
pub fn decode_answer_bytes(
    bytes: &[u8],
    span: Span,
    expected: Option<&Type>,
) -> Result<Answer, DecodeError> {
    let text = std::str::from_utf8(bytes).map_err(|error| DecodeError::NotUtf8 {
        offset: error.valid_up_to(),
        length: bytes.len(),
    })?;
    decode_answer(text, span, expected)
}

/// Reads one JSON value as [`decode_answer`] does, but gives `$emit` no
/// meaning.
///
/// # Errors
/// As [`decode_answer`].
pub fn decode_value(text: &str, span: Span, expected: Option<&Type>) -> Result<Value, DecodeError> {
    decode(text, &Context::new(span, false), expected)
}

fn decode(text: &str, context: &Context, expected: Option<&Type>) -> Result<Value, DecodeError> {
    let expected = expected.map_or(Expected::Anything, Expected::Type);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Seed::whole(context, expected)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    // An integer beyond 64 bits arrives as a float: the text has to tell.
    if context.wide.get()
        && let Some(path) = first_wide_integer(text, expected, context.answers)
    {
        return Err(DecodeError::IntegerOutOfRange { path });
    }
    read.map_err(|error| context.explain(&error, text))
}
