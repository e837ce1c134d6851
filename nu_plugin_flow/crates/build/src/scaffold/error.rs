//! Why a new agent could not be written.

use std::{io, path::PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::languages::facts::LanguageError;

/// A new agent could not be written.
#[derive(Debug, Error, Diagnostic)]
pub enum ScaffoldError {
    /// There is no template for that language.
    #[error("{cause}")]
    #[diagnostic(code(flow::new::language), help("{}", cause.advice()))]
    Language {
        /// Why not.
        cause: LanguageError,
    },
    /// The name is not one for an agent.
    #[error("not a name for an agent: `{name}`: {reason}")]
    #[diagnostic(code(flow::new::name), help("choose a name such as `word-count`"))]
    Name {
        /// What was asked for.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Files that are there already.
    #[error("files exist already: {}", shown(paths))]
    #[diagnostic(
        code(flow::new::exists),
        help("choose another name, or move the files away: flow overwrites none")
    )]
    Exists {
        /// All of them.
        paths: Vec<PathBuf>,
    },
    /// A file cannot be written.
    #[error("cannot write: `{}`", path.display())]
    #[diagnostic(
        code(flow::new::write),
        help("make the folder writable, and see that the disk is not full")
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
}

impl ScaffoldError {
    pub(super) fn language(cause: LanguageError) -> ScaffoldError {
        ScaffoldError::Language { cause }
    }

    pub(super) fn exists(paths: Vec<PathBuf>) -> ScaffoldError {
        ScaffoldError::Exists { paths }
    }
}

fn shown(paths: &[PathBuf]) -> String {
    // What the author knows comes before what is hidden.
    let mut paths: Vec<_> = paths.iter().collect();
    paths.sort_by_key(|path| {
        path.components()
            .any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
    });
    let shown: Vec<_> = paths
        .iter()
        .take(5)
        .map(|path| format!("`{}`", path.display()))
        .collect();
    let more = match paths.len().checked_sub(shown.len()) {
        Some(more) if more > 0 => format!(", and {more} more"),
        _ => String::new(),
    };
    shown.join(", ") + &more
}
