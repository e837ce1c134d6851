//! The formats, and how each names itself.

/// The schema of what flow exports.
pub(super) const FLOW: &str = "flow-memory-export/";

/// The version of it that this flow writes, and the only one it reads.
pub(super) const FLOW_VERSION: &str = "v1";

/// The schema of what ruflo (claude-flow 3) exports.
pub(super) const RUFLO: &str = "ruflo-memory-export/";

/// The version of it that this flow writes, and the only one it reads.
pub(super) const RUFLO_VERSION: &str = "v1";

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands::memory) enum Format {
    /// Our own.
    Flow,
    /// claude-flow 2.
    ClaudeFlow,
    /// ruflo, which is claude-flow 3.
    Ruflo,
}

impl Format {
    /// The formats, the usual one first.
    pub(in crate::commands::memory) const ALL: [Format; 3] =
        [Format::Flow, Format::ClaudeFlow, Format::Ruflo];

    /// As users write it.
    pub(in crate::commands::memory) fn name(self) -> &'static str {
        match self {
            Format::Flow => "flow",
            Format::ClaudeFlow => "claude-flow",
            Format::Ruflo => "ruflo",
        }
    }
}
