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

/// Makes `handle` the agent: `flow_agent::handler!(handle);`, once in a crate.
///
/// `handle` takes one value that can be deserialised (it may borrow from the
/// input) and returns anything of the table in the crate's documentation.
#[macro_export]
macro_rules! handler {
    ($handle:path) => {
        const _: () = {
            // Items have no hygiene: a plain name here could hide the author's.
            fn __flow_agent_answer(
                input: &::core::primitive::str,
                output: &mut ::std::vec::Vec<::core::primitive::u8>,
            ) -> $crate::__private::Written {
                #[allow(unused_imports, reason = "the return type of the handler decides")]
                use $crate::__private::{FallibleMeaning, RecordMeaning, SpecialMeaning};
                let input = $crate::__private::read(input)
                    .map_err(|error| ::std::string::ToString::to_string(&error))?;
                let answer = $handle(input);
                (&&&$crate::__private::type_of(&answer))
                    .meaning()
                    .write(answer, output)
            }
            $crate::__export!(__flow_agent_answer);
        };
    };
}

/// The component's export, by the canonical ABI of `flow:agent/handler`.
#[cfg(target_os = "wasi")]
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($answer:ident) => {
        #[unsafe(export_name = "flow:agent/handler@0.1.0#handle")]
        unsafe extern "C" fn __flow_agent_handle(input: *mut u8, length: usize) -> *const u8 {
            unsafe { $crate::__private::component::handle(input, length, $answer) }
        }

        #[unsafe(link_section = "component-type:flow:agent@0.1.0")]
        #[used]
        static __FLOW_AGENT_WORLD: [u8; $crate::__private::WORLD.len()] = $crate::__private::WORLD;
    };
}

/// The JavaScript module's export.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($answer:ident) => {
        use $crate::__private::wasm_bindgen as __flow_agent_wasm_bindgen;

        /// Takes a record and returns the agent's answer: a value, or an array where
        /// it made none or several. Throws an `Error` where it could not answer.
        #[__flow_agent_wasm_bindgen::prelude::wasm_bindgen(
                                                            js_name = handle,
                                                            wasm_bindgen = __flow_agent_wasm_bindgen
                                                        )]
        pub fn __flow_agent_handle(
            record: __flow_agent_wasm_bindgen::JsValue,
        ) -> ::std::result::Result<
            __flow_agent_wasm_bindgen::JsValue,
            __flow_agent_wasm_bindgen::JsValue,
        > {
            $crate::__private::javascript::handle(record, $answer)
        }
    };
}

/// Nothing to export: the crate is built for this machine, to be tested.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($answer:ident) => {
        const _: $crate::__private::AnswerFunction = $answer;
    };
}

/// What the macros need; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::answer::{FallibleMeaning, RecordMeaning, SpecialMeaning, Written, type_of};
    #[cfg(target_os = "wasi")]
    pub use crate::component;
    pub use crate::input::read;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    pub use crate::javascript;
    #[cfg(target_os = "wasi")]
    pub use crate::world::WORLD;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    pub use wasm_bindgen;

    /// From the input's JSON text to the answer's, appended to the buffer.
    pub type AnswerFunction = fn(&str, &mut Vec<u8>) -> Written;
}
