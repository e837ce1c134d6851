//! What the signature of an agent makes of what another one hands it and of what it answers: the
//! same as at the ends of a pipeline.

use crate::json::decode::{Answer, decode_answer, decode_value};
use crate::json::error::DecodeError;
use crate::json::tagging::Tagging;
use crate::plain::encode::encode;
use crate::plain::value::{Plain, Value};
use crate::signature::kind::Type;

/// The text of one record that is handed to an agent which takes `expected`: values that fit
/// after a conversion are converted, and travel under tags where the signature asks for it.
///
/// # Errors
/// Where the text is no JSON value, or does not fit.
pub fn fit_input(text: &str, expected: &Type) -> Result<String, DecodeError> {
    let value = decode_value(&Plain, text, Some(expected))?;
    encode(&value, Tagging::Signature(expected))
}

/// The text of what an agent answered whose results are `expected`, for another agent: the
/// records of `{"$emit": […]}` become a list, and all values that JSON lacks travel under tags.
///
/// # Errors
/// As [`fit_input`].
pub fn fit_answer(text: &str, expected: &Type) -> Result<String, DecodeError> {
    let value = match decode_answer(&Plain, text, Some(expected))? {
        Answer::One(value) => value,
        Answer::Many(values) => Value::List(values),
    };
    encode(&value, Tagging::Everywhere)
}
