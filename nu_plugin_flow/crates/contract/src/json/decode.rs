//! JSON text to values.

use serde::de::DeserializeSeed;

use super::error::DecodeError;
use super::visitor::{Context, Seed};
use super::wide::first_wide_integer;
use crate::fit::expected::Expected;
use crate::signature::kind::Type;
use crate::values::Values;

/// What a handler answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T> {
    /// One value; null and lists are values too.
    One(T),
    /// The zero or more records of `{"$emit": […]}`.
    Many(Vec<T>),
}

/// Reads what a handler answered. With `expected`, the type of a single record
/// (see [`Type::element`]), values are converted to it as by
/// [`fit`](crate::fit()) while they are read.
///
/// # Errors
/// Where the text is not JSON, holds an integer outside i64, is nested too
/// deep, or does not fit.
pub fn decode_answer<V: Values>(
    values: &V,
    text: &str,
    expected: Option<&Type>,
) -> Result<Answer<V::Value>, DecodeError> {
    let context = Context::new(values, true);
    let value = decode(text, &context, expected)?;
    if !context.emitted.get() {
        return Ok(Answer::One(value));
    }
    Ok(V::into_items(value).map_or_else(Answer::One, Answer::Many))
}

/// As [`decode_answer`], from bytes that have yet to prove that they are text:
/// a line of a command's output.
///
/// # Errors
/// As [`decode_answer`], and where the bytes are not UTF-8.
pub fn decode_answer_bytes<V: Values>(
    values: &V,
    bytes: &[u8],
    expected: Option<&Type>,
) -> Result<Answer<V::Value>, DecodeError> {
    let text = std::str::from_utf8(bytes).map_err(|error| DecodeError::NotUtf8 {
        offset: error.valid_up_to(),
        length: bytes.len(),
    })?;
    decode_answer(values, text, expected)
}

/// Reads one JSON value as [`decode_answer`] does, but gives `$emit` no
/// meaning.
///
/// # Errors
/// As [`decode_answer`].
pub fn decode_value<V: Values>(
    values: &V,
    text: &str,
    expected: Option<&Type>,
) -> Result<V::Value, DecodeError> {
    decode(text, &Context::new(values, false), expected)
}

fn decode<V: Values>(
    text: &str,
    context: &Context<'_, V>,
    expected: Option<&Type>,
) -> Result<V::Value, DecodeError> {
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
