//! Conversion of legacy WebAssembly exceptions to the current encoding.
//!
//! Pyodide and the wheels made for it use `try`, `catch`, `delegate` and
//! `rethrow`. Wasmtime compiles `try_table` and `throw_ref` only, so every
//! module goes through here first:
//!
//! ```text
//! try (type P → R)              block $done (type P → R)
//!   body                          block $catch_all (type P → exnref)
//! catch $tag                        block $catch (type P → T)
//!   handler                           try_table (type P → R) (catch $tag $catch)
//! catch_all                                     (catch_all_ref $catch_all)
//!   cleanup                     ⇒       body
//!   rethrow 0                         end
//! end                                 br $done
//!                                   end
//!                                   handler
//!                                   br $done
//!                                 end
//!                                 local.set $exception
//!                                 cleanup
//!                                 local.get $exception
//!                                 throw_ref
//!                               end
//! ```
//!
//! The exception itself is kept, in a local of its own, only where a `rethrow`
//! asks for it. A `delegate` becomes a `try_table` with the clauses of the
//! `try` that it names, so that it costs no second throw; one that names the
//! `try` which would catch the exception anyway becomes a plain block.
//!
//! [`convert()`] does a whole module. A pass that rewrites the module for other
//! reasons too takes a [`Translation`](translation::Translation) and calls it
//! from its own [`Reencode`](wasm_encoder::reencode::Reencode).
//!
//! Whatever holds offsets into code (DWARF, source maps, branch hints) or
//! counts labels (the label names of `name`) is copied and no longer fits.

mod analysis;
mod convert;
mod emit;
mod error;
mod labels;
mod translation;
mod types;

#[cfg(test)]
mod tests;

pub use convert::convert;
pub use error::ConvertError;
