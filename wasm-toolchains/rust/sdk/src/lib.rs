//! Write a flow agent: one function from a record to a record.
//!
//! ```
//! use flow_agent::Result;
//!
//! #[derive(serde::Deserialize)]
//! struct Input {
//!     text: String,
//! }
//!
//! #[derive(serde::Serialize)]
//! struct Output {
//!     words: usize,
//! }
//!
//! fn handle(input: Input) -> Result<Output> {
//!     let words = input.text.split_whitespace().count();
//!     Ok(Output { words })
//! }
//!
//! flow_agent::handler!(handle);
//! ```
//!
//! What `handle` returns decides what leaves the agent:
//!
//! | returned | leaves |
//! | --- | --- |
//! | any serialisable value, `Ok(value)`, `Some(value)` | one record |
//! | `()`, `None`, `Ok(())`, `Ok(None)` | nothing: the record is dropped |
//! | [`many`]`(values)`, `Ok(many(values))` | each value as a record |
//! | `Err(error)`, the error of any type that can be displayed | an error value |
//!
//! Records travel as JSON. Integers are those of `i64`, exactly (flow refuses larger
//! ones); `NaN` and infinities become `null`, as JSON has neither. [`Datetime`],
//! [`Duration`], [`Filesize`] and [`Binary`] become Nushell's own cells.
//! What the function prints to stderr is the log; a panic ends the instance.

mod answer;
mod binary;
mod calendar;
mod datetime;
mod error;
#[cfg(target_os = "wasi")]
mod imports;
#[cfg(not(target_os = "wasi"))]
#[path = "imports_absent.rs"]
mod imports;
mod input;
mod macros;
pub mod memory;
pub mod peers;
mod quantity;
mod tagged;

#[cfg(target_os = "wasi")]
#[doc(hidden)]
pub mod component;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[doc(hidden)]
pub mod javascript;
#[cfg(any(test, all(target_arch = "wasm32", target_os = "unknown")))]
mod large_integers;
#[cfg(target_os = "wasi")]
mod world;

pub use answer::{Many, many};
pub use binary::Binary;
pub use datetime::{Datetime, ParseDatetimeError};
pub use error::{Error, Result};
pub use quantity::{Duration, Filesize};

/// What the macros need; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::answer::{
        AnswerFunction, FallibleMeaning, RecordMeaning, SpecialMeaning, Written, type_of,
    };
    #[cfg(target_os = "wasi")]
    pub use crate::component;
    pub use crate::input::read;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    pub use crate::javascript;
    #[cfg(target_os = "wasi")]
    pub use crate::world::WORLD;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    pub use wasm_bindgen;
}
