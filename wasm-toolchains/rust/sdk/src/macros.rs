//! The macros of the crate: what they name is public at its root.

/// An [`Error`](crate::Error) from a format string: `return Err(error!("no item in order {id}"))`.
#[macro_export]
macro_rules! error {
    ($($argument:tt)+) => { $crate::Error::new(::std::format_args!($($argument)+)) };
}

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
            // SAFETY: only the host calls this, by the canonical ABI.
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_macro_formats() {
        assert_eq!(
            error!("order {} has no items", 7).to_string(),
            "order 7 has no items"
        );
    }
}
