//! JSON text against a signature.
//!
//! Plain JSON follows Nushell's `to json`: a datetime is RFC 3339 text, a duration nanoseconds,
//! a filesize bytes, binary a list of bytes, a range or a cell path text, a float without a JSON
//! form null. Where types have to survive, values travel under a tag instead:
//! `{"$datetime": "2024-05-01T00:00:00Z"}`, `{"$duration": 1500}`, `{"$filesize": 2048}`,
//! `{"$binary": "aGk="}`. Tags are understood in every answer.
//!
//! Keys that begin with `$` are reserved: a record of the user's that happens to consist of one
//! such tag alone is read as the tag.

pub(crate) mod decode;
pub(crate) mod error;
pub(crate) mod tagging;
mod visitor;
mod wide;

pub use decode::{Answer, decode_answer, decode_answer_bytes, decode_value};
pub use error::DecodeError;
pub use tagging::{Tagging, Tags};
