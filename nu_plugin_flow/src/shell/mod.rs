//! Where Nushell's values meet the outside: JSON text, component values,
//! Nushell's types, and errors with spans.

pub mod environment;
pub mod errors;
pub mod examination;
pub mod grants;
pub mod interrupt;
pub mod json;
mod near;
pub mod parallel;
mod path;
pub mod progress;
pub mod stamps;
pub mod typed;
pub mod types;
pub mod wit;

pub use near::nearest;
pub use path::{Path, Segment};

/// How deep values and types may nest before they are refused, so that no
/// input can overflow the stack. `serde_json` gives up at 128.
pub const MAXIMUM_DEPTH: usize = 120;
