//! JSON text to Nushell's values.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use nu_protocol::{Filesize, Record, Span, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The most elements for which memory is reserved before they are read.
const ROOM: usize = 1024;

/// Reads one JSON value; `{"$datetime": …}` and its like become values of their own types.
/// The values have the span `span`.
pub fn read(text: &str, span: Span) -> Result<Value, String> {
    read_bytes(text.as_bytes(), span)
}

/// The same, from bytes that should be UTF-8.
pub fn read_bytes(text: &[u8], span: Span) -> Result<Value, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Json(span)
        .deserialize(&mut deserializer)
        .map_err(|error| format!("input is not JSON that Nushell can hold: {error}"))?;
    deserializer
        .end()
        .map_err(|error| format!("input is more than one JSON value: {error}"))?;
    Ok(value)
}

/// The span of the values that are read.
#[derive(Clone, Copy)]
struct Json(Span);

impl<'de> DeserializeSeed<'de> for Json {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Json {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::nothing(self.0))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::bool(value, self.0))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::int(value, self.0))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map_or_else(
            |_| {
                Err(E::custom(format_args!(
                    "the integer {value} is outside of Nushell's 64 bits with sign"
                )))
            },
            |value| self.visit_i64(value),
        )
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::float(value, self.0))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::string(value, self.0))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::string(value, self.0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::with_capacity(list.size_hint().unwrap_or(0).min(ROOM));
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::list(values, self.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut record = Record::new();
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value_seed(self)?;
            record.insert(name, value);
        }
        let tagged = match record.iter().next() {
            Some((tag, value)) if record.len() == 1 && tag.starts_with('$') => {
                untag(tag, value, self.0)
            }
            _ => None,
        };
        match tagged {
            None => Ok(Value::record(record, self.0)),
            Some(value) => value.map_err(A::Error::custom),
        }
    }
}

/// The value of an object whose one key is `tag`; none where that is no tag of the contract.
fn untag(tag: &str, value: &Value, span: Span) -> Option<Result<Value, String>> {
    let read = match (tag, value) {
        ("$datetime", Value::String { val, .. }) => chrono::DateTime::parse_from_rfc3339(val)
            .ok()
            .map(|date| Value::date(date, span)),
        ("$duration", Value::Int { val, .. }) => Some(Value::duration(*val, span)),
        ("$filesize", Value::Int { val, .. }) => Some(Value::filesize(Filesize::new(*val), span)),
        ("$binary", Value::String { val, .. }) => STANDARD
            .decode(val)
            .or_else(|_| STANDARD_NO_PAD.decode(val))
            .ok()
            .map(|bytes| Value::binary(bytes, span)),
        ("$datetime" | "$duration" | "$filesize" | "$binary", _) => None,
        _ => return None,
    };
    Some(read.ok_or_else(|| {
        format!(
            "what stands under `{tag}` is no {}",
            tag.trim_start_matches('$')
        )
    }))
}
