//! The conversions of single values, and the tags that carry on the wire
//! what JSON lacks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use nu_protocol::ast::CellPath;
use nu_protocol::{Filesize, Range, Span, Type, Value};

use super::{Expected, Misfit};

/// How many characters of a bad text are shown.
const SHOWN: usize = 40;

/// The keys under which values travel that JSON lacks: `{"$datetime": "…"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// RFC 3339 text.
    Datetime,
    /// Nanoseconds.
    Duration,
    /// Bytes.
    Filesize,
    /// Standard base64 with padding.
    Binary,
}

impl Tag {
    /// The tag of that key.
    pub(crate) fn of_key(key: &str) -> Option<Tag> {
        match key {
            "$datetime" => Some(Tag::Datetime),
            "$duration" => Some(Tag::Duration),
            "$filesize" => Some(Tag::Filesize),
            "$binary" => Some(Tag::Binary),
            _ => None,
        }
    }

    pub(crate) fn key(self) -> &'static str {
        match self {
            Tag::Datetime => "$datetime",
            Tag::Duration => "$duration",
            Tag::Filesize => "$filesize",
            Tag::Binary => "$binary",
        }
    }

    pub(crate) fn asked_by(self) -> Type {
        match self {
            Tag::Datetime => Type::Date,
            Tag::Duration => Type::Duration,
            Tag::Filesize => Type::Filesize,
            Tag::Binary => Type::Binary,
        }
    }
}

/// The native value of what stood under a tag.
pub(crate) fn of_tag(tag: Tag, payload: Value) -> Result<Value, Misfit> {
    fit_single(payload, Expected::Type(&tag.asked_by()))
}

/// Fits a value that is neither a record nor a list where those are asked.
pub(super) fn fit_single(value: Value, expected: Expected<'_>) -> Result<Value, Misfit> {
    let Expected::Type(wanted) = expected else {
        return pass_if_held(value, expected);
    };
    let span = value.span();
    match (wanted, &value) {
        (Type::Float, Value::Int { val, .. }) => Ok(Value::float(*val as f64, span)),
        (Type::Duration, Value::Int { val, .. }) => Ok(Value::duration(*val, span)),
        (Type::Filesize, Value::Int { val, .. }) => Ok(Value::filesize(Filesize::new(*val), span)),
        (Type::Binary, Value::List { vals, .. }) => binary_of_list(vals, span),
        (_, Value::String { val, .. }) => match of_text(val, wanted, span) {
            Some(Ok(converted)) => Ok(converted),
            Some(Err(reason)) => {
                let shown: String = val.chars().take(SHOWN).collect();
                let reason = format!("`{shown}` is not {reason}");
                Err(Misfit::invalid(expected, &value, &reason))
            }
            None => pass_if_held(value, expected),
        },
        _ => pass_if_held(value, expected),
    }
}

fn pass_if_held(value: Value, expected: Expected<'_>) -> Result<Value, Misfit> {
    if expected.holds(&value) {
        Ok(value)
    } else {
        Err(Misfit::wrong_type(expected, &value))
    }
}

/// What text stands for where `wanted` is asked, or what it is not; none where
/// text stays text.
fn of_text(text: &str, wanted: &Type, span: Span) -> Option<Result<Value, String>> {
    let converted = match wanted {
        Type::Date => DateTime::parse_from_rfc3339(text)
            .map(|date| Value::date(date, span))
            .map_err(|error| format!("RFC 3339 text: {error}")),
        Type::Binary => STANDARD
            .decode(text)
            .map(|bytes| Value::binary(bytes, span))
            .map_err(|error| format!("base64 text: {error}")),
        Type::Range => text
            .parse::<Range>()
            .map(|range| Value::range(range, span))
            .map_err(|_| "a range such as `1..3`".to_owned()),
        Type::CellPath => text
            .parse::<CellPath>()
            .map(|path| Value::cell_path(path, span))
            .map_err(|_| "a cell path such as `$.a.0`".to_owned()),
        Type::Glob => Ok(Value::glob(text, false, span)),
        _ => return None,
    };
    Some(converted)
}

/// Text of bytes under the `$binary` tag.
pub(crate) fn base64_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn binary_of_list(items: &[Value], span: Span) -> Result<Value, Misfit> {
    let bytes = items.iter().enumerate().map(|(index, item)| {
        let byte = match item {
            Value::Int { val, .. } => u8::try_from(*val).ok(),
            _ => None,
        };
        byte.ok_or_else(|| {
            Misfit::invalid(
                Expected::Type(&Type::Binary),
                item,
                &"not a byte from 0 to 255",
            )
            .under(super::Segment::Index(index))
        })
    });
    Ok(Value::binary(bytes.collect::<Result<Vec<u8>, _>>()?, span))
}
