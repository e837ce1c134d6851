//! The types of the records that an agent takes and gives, in Nushell's syntax:
//! `table<id: int, at: datetime>`.

pub(crate) mod kind;
pub(crate) mod syntax;
mod union;

pub use kind::{Columns, Signature, Type};
pub use syntax::{TypeError, parse_type};

#[cfg(test)]
mod tests;
