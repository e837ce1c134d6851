//! From Emscripten's modules to modules that wasmtime links: Emscripten leaves
//! to JavaScript what its static linker did not decide, such as where a
//! library's data lie.

mod data;
mod dylink;
mod error;
mod image;
mod library;
mod main_module;
mod names;
mod symbols;
mod trampoline;

pub use error::LinkError;
pub(crate) use image::Image;
pub(crate) use library::{Global, Library};
pub(crate) use main_module::{initial_image, interpreter};
pub(crate) use names::{MUTABLE_GLOBAL, TRAMPOLINE};
pub(crate) use symbols::Symbols;
