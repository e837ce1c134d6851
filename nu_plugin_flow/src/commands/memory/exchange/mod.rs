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

mod read;
mod write;

pub(super) use self::read::read;
pub(super) use self::write::{Export, write};

/// The schema of what flow exports.
const FLOW: &str = "flow-memory-export/";

/// The version of it that this flow writes, and the only one it reads.
const FLOW_VERSION: &str = "v1";

/// The schema of what ruflo (claude-flow 3) exports.
const RUFLO: &str = "ruflo-memory-export/";

/// The version of it that this flow writes, and the only one it reads.
const RUFLO_VERSION: &str = "v1";

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Our own.
    Flow,
    /// claude-flow 2.
    ClaudeFlow,
    /// ruflo, which is claude-flow 3.
    Ruflo,
}

impl Format {
    /// The formats, the usual one first.
    pub(super) const ALL: [Format; 3] = [Format::Flow, Format::ClaudeFlow, Format::Ruflo];

    /// As users write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Flow => "flow",
            Format::ClaudeFlow => "claude-flow",
            Format::Ruflo => "ruflo",
        }
    }
}

#[cfg(test)]
mod tests;
