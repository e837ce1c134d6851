//! The tags that carry in JSON text what JSON lacks: `{"$datetime": "2024-05-01T00:00:00Z"}`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::signature::kind::Type;

/// The key of an answer of zero or more records: `{"$emit": […]}`.
pub(crate) const EMIT: &str = "$emit";

/// The keys under which values travel that JSON lacks: `{"$datetime": "…"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
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
    pub fn of_key(key: &str) -> Option<Tag> {
        match key {
            "$datetime" => Some(Tag::Datetime),
            "$duration" => Some(Tag::Duration),
            "$filesize" => Some(Tag::Filesize),
            "$binary" => Some(Tag::Binary),
            _ => None,
        }
    }

    /// Its key.
    pub fn key(self) -> &'static str {
        match self {
            Tag::Datetime => "$datetime",
            Tag::Duration => "$duration",
            Tag::Filesize => "$filesize",
            Tag::Binary => "$binary",
        }
    }

    /// The type of the values that travel under it.
    pub(crate) fn asked_by(self) -> &'static Type {
        match self {
            Tag::Datetime => &Type::Date,
            Tag::Duration => &Type::Duration,
            Tag::Filesize => &Type::Filesize,
            Tag::Binary => &Type::Binary,
        }
    }
}

/// Text of bytes under the `$binary` tag.
pub fn base64_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of such text.
pub(crate) fn bytes_of_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    STANDARD.decode(text)
}
