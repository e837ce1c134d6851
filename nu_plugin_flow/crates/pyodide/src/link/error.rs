use std::convert::Infallible;

use miette::Diagnostic;
use thiserror::Error;
use wasm_encoder::reencode;

use crate::exceptions::ConvertError;

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

/// An error of the encoder, which has none of its own.
impl From<reencode::Error<Infallible>> for LinkError {
    fn from(error: reencode::Error<Infallible>) -> Self {
        match error {
            reencode::Error::ParseError(error) => Self::Parse(error),
            error => Self::shape(error.to_string()),
        }
    }
}
