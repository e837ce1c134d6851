//! The wire form of what JSON lacks: `{"$tag": value}`.

use std::fmt;

use serde::de::{self, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserializer, Serialize, Serializer};

/// Writes `{tag: value}`.
pub fn serialize<S: Serializer>(
    serializer: S,
    tag: &'static str,
    value: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_struct(tag, 1)?;
    object.serialize_field(tag, value)?;
    object.end()
}

/// Reads `{tag: value}` or the plain `value`, the latter by `plain`.
pub fn deserialize<'de, D, V>(
    deserializer: D,
    tag: &'static str,
    plain: V,
) -> Result<V::Value, D::Error>
where
    D: Deserializer<'de>,
    V: Visitor<'de> + Copy,
{
    deserializer.deserialize_any(Tagged { tag, plain })
}

struct Tagged<V> {
    tag: &'static str,
    plain: V,
}

impl<'de, V: Visitor<'de> + Copy> Visitor<'de> for Tagged<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.expecting(formatter)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        self.plain.visit_i64(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.plain.visit_u64(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        self.plain.visit_str(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.plain.visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let expected = format!("one key `{}`", self.tag);
        match object.next_key::<String>()? {
            Some(key) if key == self.tag => {}
            Some(key) => {
                return Err(A::Error::custom(format_args!(
                    "unknown key `{key}`, expected {expected}"
                )));
            }
            None => return Err(A::Error::invalid_length(0, &expected.as_str())),
        }
        let value = object.next_value_seed(Plain(self.plain))?;
        match object.next_key::<String>()? {
            None => Ok(value),
            Some(_) => Err(A::Error::invalid_length(2, &expected.as_str())),
        }
    }
}

struct Plain<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Plain<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}
