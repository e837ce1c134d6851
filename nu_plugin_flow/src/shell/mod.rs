//! Where Nushell's values meet the outside: JSON text, component values,
//! and errors with spans.

pub mod environment;
pub mod errors;
pub mod examination;
pub mod grants;
pub mod interrupt;
pub mod json;
pub mod progress;
pub mod values;
pub mod wit;
