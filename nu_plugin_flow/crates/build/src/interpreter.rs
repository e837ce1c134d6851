//! What building an interpreted language needs of its interpreter.

use std::{
    error::Error,
    fmt::{self, Display},
    sync::atomic::AtomicBool,
};

use miette::Diagnostic;

use crate::bundle::Bundle;

/// Reads sources without running them. Whoever runs agents has one; building
/// needs no more of it than this.
pub trait Interpreter: Send + Sync {
    /// Its name in a table, such as `pyodide`.
    fn name(&self) -> &'static str;

    /// Its version; known without starting it.
    ///
    /// # Errors
    /// It has to be installed first, and is not.
    fn version(&self) -> Result<Version, InterpreterError>;

    /// What the module `source` is; `name` is its path for messages. Ends soon
    /// after `cancel` becomes true.
    ///
    /// # Errors
    /// The interpreter itself cannot be had. A source that is wrong is no error.
    fn analyse(
        &self,
        name: &str,
        source: &str,
        cancel: &AtomicBool,
    ) -> Result<Analysis, InterpreterError>;

    /// Whether it makes components of bundles.
    fn makes_components(&self) -> bool {
        false
    }

    /// The component in which the agent of `bundle` was loaded; nothing where it
    /// makes none.
    fn snapshot(&self, bundle: &Bundle) -> Option<Result<Vec<u8>, InterpreterError>> {
        let _ = bundle;
        None
    }
}

/// The version of an interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// As users read it: `314.0.7`.
    pub text: String,
    /// What names it exactly, such as a digest.
    pub key: String,
}

impl Version {
    /// One that its text names exactly.
    pub fn plain(text: impl Into<String>) -> Version {
        let text = text.into();
        Version {
            key: text.clone(),
            text,
        }
    }
}

/// The interpreter cannot be had, or failed: whatever its owner says of it.
#[derive(Debug)]
pub struct InterpreterError(Box<dyn Diagnostic + Send + Sync>);

impl InterpreterError {
    /// An error in the owner's words.
    pub fn new(cause: impl Diagnostic + Send + Sync + 'static) -> InterpreterError {
        InterpreterError(Box::new(cause))
    }
}

impl Display for InterpreterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for InterpreterError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl Diagnostic for InterpreterError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.0.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.0.help()
    }
}

/// What a module is, seen without running it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Whether it has a function `handle` at its top level.
    pub handler: bool,
    /// Whether that function is asynchronous.
    pub asynchronous: bool,
    /// What it imports at its top level: modules by their whole names,
    /// `os.path`, and `module:name` for a name from a module. Relative ones are
    /// left out.
    pub imports: Vec<String>,
    /// Why it cannot be run at all.
    pub error: Option<SyntaxProblem>,
}

/// The first place where a source is not of its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// One line.
    pub message: String,
}
