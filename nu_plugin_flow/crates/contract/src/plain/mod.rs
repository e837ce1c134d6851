//! Values where there is no shell: what a text is decoded to, to be written again.

mod cell_path;
pub(crate) mod encode;
mod range;
pub(crate) mod value;

#[cfg(test)]
mod tests;

pub use value::{Plain, Value};
