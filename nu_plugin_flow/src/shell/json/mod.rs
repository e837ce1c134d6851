//! Nushell values ⇄ JSON text, without a tree in between. What the text may be, and which tags
//! stand where, is the contract's.

mod decode;
mod encode;

pub use decode::{Answer, decode_answer, decode_answer_bytes, decode_value};
pub use encode::{EncodeError, encode};

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
