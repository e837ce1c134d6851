use std::{
    fmt::{self, Display},
    io,
    path::PathBuf,
};

use flow_contract::literals;
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use thiserror::Error;

/// A manifest that cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum ManifestError {
    /// The file is there, but cannot be read.
    #[error("cannot read the manifest: `{}`", path.display())]
    #[diagnostic(
        code(flow::manifest::read),
        help("make the file readable, and save it as UTF-8")
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
    /// The file was read, but says something wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(Box<InvalidManifest>),
}

/// One wrong place in a manifest.
#[derive(Debug, Error)]
#[error("{problem} ({}:{line}:{column})", path.display())]
pub struct InvalidManifest {
    /// What is wrong.
    pub problem: Problem,
    /// The file.
    pub path: PathBuf,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The bytes in question.
    pub span: SourceSpan,
    /// The whole file.
    pub source_code: NamedSource<String>,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not TOML.
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// A table or key that manifests do not have.
    UnknownKey {
        /// The key, with its table: `limits.timout`.
        key: String,
        /// The key that was probably meant.
        near: Option<&'static str>,
        /// The keys that could stand here.
        known: Vec<&'static str>,
    },
    /// A value of another type than the key's.
    WrongType {
        /// The key, with its table.
        key: String,
        /// What was expected, such as `a string`.
        expected: &'static str,
        /// What was found, such as `integer`.
        found: &'static str,
    },
    /// A value of the right type that makes no sense.
    Value {
        /// The key, with its table.
        key: String,
        /// What is wrong with it.
        message: String,
        /// What to write instead.
        help: String,
    },
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Syntax { message } => {
                write!(formatter, "not valid TOML: {}", message.trim_end())
            }
            Problem::UnknownKey { key, .. } => write!(formatter, "unknown key: `{key}`"),
            Problem::WrongType {
                key,
                expected,
                found,
            } => {
                write!(formatter, "`{key}` has to be {expected}, not: {found}")
            }
            Problem::Value { key, message, .. } => write!(formatter, "`{key}`: {message}"),
        }
    }
}

impl Diagnostic for InvalidManifest {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(match self.problem {
            Problem::Syntax { .. } => "flow::manifest::syntax",
            Problem::UnknownKey { .. } => "flow::manifest::unknown_key",
            Problem::WrongType { .. } => "flow::manifest::wrong_type",
            Problem::Value { .. } => "flow::manifest::value",
        }))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(match &self.problem {
            Problem::Syntax { .. } => "correct the file at this place".to_owned(),
            Problem::UnknownKey {
                near: Some(near), ..
            } => format!("write `{near}`"),
            Problem::UnknownKey { known, .. } => {
                format!("use one of: {}", literals(known.iter().copied()))
            }
            Problem::WrongType { expected, .. } => format!("write {expected}"),
            Problem::Value { help, .. } => help.clone(),
        }))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source_code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = match &self.problem {
            Problem::Syntax { .. } => "here",
            Problem::UnknownKey { .. } => "not a key of this table",
            Problem::WrongType { .. } => "of the wrong type",
            Problem::Value { .. } => "not understood",
        };
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            Some(label.to_owned()),
            self.span,
        ))))
    }
}
