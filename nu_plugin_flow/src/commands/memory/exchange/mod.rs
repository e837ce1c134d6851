//! Entries of the memory as Nushell values that other programs read, and back.
//!
//! | format | shape | what it keeps |
//! | --- | --- | --- |
//! | `flow` | `{schema: "flow-memory-export/v1", exported, count, entries: table<namespace, key, value, created, updated, expires>}` | everything |
//! | `ruflo` | `{schema: "ruflo-memory-export/v1", exportedAt, namespace, count, entries: [{key, namespace, value, createdAt, updatedAt, accessCount, hasEmbedding, size, encoding, expiresAt}]}` | everything, for flow; ruflo itself ignores the last two fields |
//! | `claude-flow` | `{<namespace>: [{key, value, namespace, timestamp}]}` | texts and the time of their last change |
//!
//! In the last two a value is text: what is a string in the memory as it is, anything else as its
//! JSON text, which `encoding: json` marks for flow.

mod format;
mod read;
mod write;

pub(super) use self::format::Format;
pub(super) use self::read::read;
pub(super) use self::write::{Export, write};

#[cfg(test)]
mod tests;
