use miette::Diagnostic;
use thiserror::Error;
use wasm_encoder::reencode;

/// A module could not be converted. Offsets count from the start of the module.
#[derive(Debug, Error, Diagnostic)]
pub enum ConvertError {
    /// The bytes are not WebAssembly.
    #[error("malformed WebAssembly at offset {offset:#x}")]
    #[diagnostic(
        code(pyodide::exceptions::malformed),
        help("fetch the file again: it is damaged, or it is not a WebAssembly module")
    )]
    Malformed {
        /// Where reading stopped.
        offset: usize,
        /// What is wrong there.
        #[source]
        source: wasmparser::Error,
    },
    /// A component, where a core module is needed.
    #[error("not a core WebAssembly module: a component")]
    #[diagnostic(
        code(pyodide::exceptions::component),
        help("pass `pyodide.asm.wasm` or the `.so` of a wheel")
    )]
    Component,
    /// An instruction refers to something that the module does not have.
    #[error("no such {kind} at offset {offset:#x}: {index}")]
    #[diagnostic(
        code(pyodide::exceptions::unknown_index),
        help("validate the module: it is damaged, or its compiler is at fault")
    )]
    UnknownIndex {
        /// What was looked for, such as `tag`.
        kind: &'static str,
        /// Its index or, for a label, its depth.
        index: u32,
        /// The instruction.
        offset: usize,
    },
    /// An instruction stands where it cannot.
    #[error("misplaced `{instruction}` at offset {offset:#x}")]
    #[diagnostic(
        code(pyodide::exceptions::misplaced),
        help("validate the module: it is damaged, or its compiler is at fault")
    )]
    Misplaced {
        /// Its name in the text format.
        instruction: &'static str,
        /// The instruction.
        offset: usize,
    },
    /// One function uses both encodings.
    #[error("`try_table` beside legacy exceptions in one function at offset {offset:#x}")]
    #[diagnostic(
        code(pyodide::exceptions::mixed),
        help("build the module with one encoding: `-sWASM_LEGACY_EXCEPTIONS=1` or `=0`")
    )]
    Mixed {
        /// The `try_table`.
        offset: usize,
    },
    /// A function has no room for the locals that hold exceptions, or the
    /// module none for types.
    #[error("too many {what} at offset {offset:#x}")]
    #[diagnostic(
        code(pyodide::exceptions::too_many),
        help("split the function, or build the module without legacy exceptions")
    )]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The function's body.
        offset: usize,
    },
    /// A function came whose module was not the one analysed.
    #[error("function of another module at offset {offset:#x}")]
    #[diagnostic(
        code(pyodide::exceptions::foreign_function),
        help("report this as a bug of flow: analyse and re-encode the same bytes")
    )]
    Foreign {
        /// The function's body.
        offset: usize,
    },
    /// The encoder refused what the parser accepted.
    #[error("cannot encode the converted module")]
    #[diagnostic(
        code(pyodide::exceptions::encode),
        help("validate the module; if it is valid, report this as a bug of flow")
    )]
    Encode(#[source] Box<reencode::Error<ConvertError>>),
}

impl From<wasmparser::Error> for ConvertError {
    fn from(source: wasmparser::Error) -> ConvertError {
        ConvertError::Malformed {
            offset: source.offset(),
            source,
        }
    }
}

impl From<reencode::Error<ConvertError>> for ConvertError {
    fn from(error: reencode::Error<ConvertError>) -> ConvertError {
        match error {
            reencode::Error::UserError(error) => error,
            reencode::Error::ParseError(error) => error.into(),
            other => ConvertError::Encode(Box::new(other)),
        }
    }
}
