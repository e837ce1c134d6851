//! From Emscripten's modules to modules that wasmtime links: Emscripten leaves
//! to JavaScript what its static linker did not decide, such as where a
//! library's data lie.

mod data;
mod dylink;
mod image;
mod library;
mod main_module;
mod symbols;
mod trampoline;

use miette::Diagnostic;
use thiserror::Error;

pub(crate) use data::DataSegment;
pub(crate) use image::Image;
pub(crate) use library::{Global, Library};
pub(crate) use main_module::{initial_image, interpreter};
pub(crate) use symbols::Symbols;

use crate::exceptions::ConvertError;

/// Under this name the rewritten main module exports its `n`th mutable global
/// that had no name before.
pub(crate) const MUTABLE_GLOBAL: &str = "pyodide-wasmtime:global:";
/// The name of the call trampoline, which the main module gets.
pub(crate) const TRAMPOLINE: &str = "pyodide-wasmtime:trampoline";
/// The namespaces of the global offset table, through which Emscripten's
/// modules find the addresses of what is not theirs.
pub(crate) const OFFSETS_OF_DATA: &str = "GOT.mem";
/// The same for functions.
pub(crate) const OFFSETS_OF_FUNCTIONS: &str = "GOT.func";

/// A module cannot be prepared for linking.
#[derive(Debug, Error, Diagnostic)]
pub enum LinkError {
    /// The bytes are not what they should be.
    #[error("not a WebAssembly module that can be linked")]
    #[diagnostic(
        code(pyodide::link::parse),
        help("the file may be truncated or damaged: fetch it again")
    )]
    Parse(#[from] wasmparser::BinaryReaderError),
    /// Its exceptions cannot be converted.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Exceptions(#[from] ConvertError),
    /// Something that Emscripten does not write.
    #[error("the module has a shape that Emscripten does not give it: {reason}")]
    #[diagnostic(
        code(pyodide::link::shape),
        help("use the Pyodide and the wheels that this version was made for")
    )]
    Shape {
        /// What is different.
        reason: String,
    },
}

impl LinkError {
    pub(crate) fn shape(reason: impl Into<String>) -> Self {
        Self::Shape {
            reason: reason.into(),
        }
    }
}
