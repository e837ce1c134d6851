//! Values to JSON text, as a shell writes its own.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::value::{Plain, Value};
use crate::json::error::DecodeError;
use crate::json::tagging::{Tagging, Tags};
use crate::path::Path;
use crate::tags::Tag;

/// The text of `value`. A range that is the value as a whole becomes a list.
pub(crate) fn encode(value: &Value, tagging: Tagging<'_>) -> Result<String, DecodeError> {
    let written = match value {
        Value::Range(range) => {
            let items = range.items().ok_or(DecodeError::Endless)?;
            let mut text = Vec::new();
            let mut serializer = serde_json::Serializer::new(&mut text);
            serializer.collect_seq(items).map(|()| text)
        }
        value => serde_json::to_vec(&Json {
            value,
            tags: Tags::of(tagging),
        }),
    };
    let refused = |error| DecodeError::malformed(&error, "null", Path::root());
    String::from_utf8(written.map_err(refused)?).map_err(|error| DecodeError::NotUtf8 {
        offset: error.utf8_error().valid_up_to(),
        length: error.as_bytes().len(),
    })
}

struct Json<'v> {
    value: &'v Value,
    tags: Tags<'v>,
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tags = self.tags.settle::<Plain>(self.value);
        match self.value {
            Value::Nothing => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::String(text) | Value::Glob(text) | Value::CellPath(text) => {
                serializer.serialize_str(text)
            }
            Value::Range(range) => serializer.collect_str(range),
            Value::Filesize(bytes) => tags.write(serializer, Tag::Filesize, bytes),
            Value::Duration(nanoseconds) => tags.write(serializer, Tag::Duration, nanoseconds),
            Value::Date(date) => tags.write(serializer, Tag::Datetime, date.to_rfc3339()),
            Value::Binary(bytes) => tags.write_binary(serializer, bytes),
            Value::List(items) => {
                let tags = tags.item();
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&Json { value, tags })?;
                }
                list.end()
            }
            Value::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (position, (name, value)) in fields.iter().enumerate() {
                    let tags = tags.column(name, position);
                    map.serialize_entry(name, &Json { value, tags })?;
                }
                map.end()
            }
        }
    }
}
