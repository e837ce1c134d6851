//! What building an interpreted language needs of its interpreter.

use std::{
    error::Error,
    fmt::{self, Display},
    sync::atomic::AtomicBool,
};

use miette::Diagnostic;

/// Reads sources without running them. Whoever runs agents has one; building
/// needs no more of it than this.
pub trait Interpreter: Send + Sync {
    /// Its name in a table, such as `pyodide`.
    fn name(&self) -> &'static str;

    /// Its version, such as `314.0.7`; known without starting it.
    fn version(&self) -> String;

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
