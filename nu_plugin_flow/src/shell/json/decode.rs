//! JSON text to Nushell values: the rules are the contract's.

use flow_contract::{DecodeError, Type};
use nu_protocol::{Span, Value};

use crate::shell::values::AtSpan;

/// What a handler answered.
pub type Answer = flow_contract::Answer<Value>;

/// [`flow_contract::decode_answer`], every value with `span`.
///
/// # Errors
/// Where the text is not JSON, holds an integer outside i64, is nested too
/// deep, or does not fit.
pub fn decode_answer(
    text: &str,
    span: Span,
    expected: Option<&Type>,
) -> Result<Answer, DecodeError> {
    flow_contract::decode_answer(&AtSpan(span), text, expected)
}

/// [`flow_contract::decode_answer_bytes`], every value with `span`.
///
/// # Errors
/// As [`decode_answer`], and where the bytes are not UTF-8.
pub fn decode_answer_bytes(
    bytes: &[u8],
    span: Span,
    expected: Option<&Type>,
) -> Result<Answer, DecodeError> {
    flow_contract::decode_answer_bytes(&AtSpan(span), bytes, expected)
}

/// [`flow_contract::decode_value`], every value with `span`.
///
/// # Errors
/// As [`decode_answer`].
pub fn decode_value(text: &str, span: Span, expected: Option<&Type>) -> Result<Value, DecodeError> {
    flow_contract::decode_value(&AtSpan(span), text, expected)
}
