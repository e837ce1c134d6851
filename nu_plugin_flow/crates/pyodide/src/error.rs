//! What can go wrong between the host and Python.

use miette::Diagnostic;
use thiserror::Error;

use crate::distribution::DistributionError;
use crate::files::Errno;
use crate::link::LinkError;

/// Something failed: in Python, or on the way to it.
#[derive(Debug, Error, Diagnostic)]
pub enum Error {
    /// Python raised an exception that nobody caught.
    #[error("{}", .0.summary())]
    #[diagnostic(code(pyodide::exception))]
    Exception(Box<Exception>),
    /// A function returned something else than `bytes`.
    #[error("the function of python did not return `bytes`")]
    #[diagnostic(
        code(pyodide::not_bytes),
        help("encode what it returns: `return text.encode()`")
    )]
    NotBytes,
    /// Python ended its process.
    #[error("python ended with status {status}")]
    #[diagnostic(code(pyodide::exit))]
    Exit {
        /// The status that it gave.
        status: i32,
    },
    /// The guest was stopped, or broke: a trap, a limit, an interruption.
    #[error("{0:#}")]
    #[diagnostic(code(pyodide::wasm))]
    Wasm(wasmtime::Error),
    /// A library cannot be loaded.
    #[error("cannot load the library `{path}`: {reason}")]
    #[diagnostic(
        code(pyodide::library),
        help("use a wheel for this Pyodide: its tag ends in `pyemscripten_2026_0_wasm32`")
    )]
    Library {
        /// Where the guest found it.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A module cannot be prepared.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Link(#[from] LinkError),
    /// Pyodide's own files are not as they should be.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Distribution(#[from] DistributionError),
    /// A snapshot cannot be taken, read or used.
    #[error("the snapshot cannot be used: {reason}")]
    #[diagnostic(
        code(pyodide::snapshot),
        help("take it again: a snapshot belongs to one Pyodide and one version of this crate")
    )]
    Snapshot {
        /// What is wrong.
        reason: String,
    },
    /// The guest's memory is not as CPython leaves it.
    #[error("the interpreter is damaged: {reason}")]
    #[diagnostic(
        code(pyodide::damaged),
        help("start another one; if it happens again, report it with the program that does it")
    )]
    Damaged {
        /// What was found.
        reason: String,
    },
    /// The code cache failed.
    #[error("cannot keep compiled code")]
    #[diagnostic(code(pyodide::cache))]
    Cache(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A file of the host cannot be read or written.
    #[error("cannot use a file")]
    #[diagnostic(code(pyodide::file), help("check the path and its permissions"))]
    File(#[from] std::io::Error),
}

/// Python ended the process, by `os._exit` or a fatal error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("python ended with status {0}")]
pub(crate) struct Exit(pub i32);

/// An exception of Python, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The name of its class, with its module unless that is `builtins`.
    pub class: String,
    /// What `str` makes of it.
    pub message: String,
    /// The whole traceback as Python prints it.
    pub traceback: String,
}

impl Exception {
    /// One line: the class, and the message where there is one.
    #[must_use]
    pub fn summary(&self) -> String {
        match self.message.as_str() {
            "" => self.class.clone(),
            message => format!("{}: {message}", self.class),
        }
    }
}

impl Error {
    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged {
            reason: reason.into(),
        }
    }

    pub(crate) fn snapshot(reason: impl Into<String>) -> Self {
        Self::Snapshot {
            reason: reason.into(),
        }
    }

    pub(crate) fn library(path: &str, reason: &str) -> Self {
        Self::Library {
            path: path.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// The message with those of its causes.
    pub(crate) fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }
}

impl From<wasmtime::Error> for Error {
    fn from(error: wasmtime::Error) -> Self {
        match error.downcast_ref::<Exit>() {
            Some(Exit(status)) => Self::Exit { status: *status },
            None => Self::Wasm(error),
        }
    }
}

impl From<Errno> for Error {
    fn from(errno: Errno) -> Self {
        Self::damaged(errno.to_string())
    }
}

impl From<std::num::TryFromIntError> for Error {
    fn from(error: std::num::TryFromIntError) -> Self {
        Self::damaged(error.to_string())
    }
}
