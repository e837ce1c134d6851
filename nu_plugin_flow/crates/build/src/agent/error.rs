//! Why there is no agent where one was looked for.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use flow_contract::literals;
use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use crate::{
    languages::facts::{self, LanguageError},
    manifest::{Located, Manifest, ManifestError},
};

/// There is no agent where one was looked for, or it cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum AgentError {
    /// No agent of that name, here or above.
    #[error("unknown agent: `{name}` (seen from `{}`)", directory.display())]
    #[diagnostic(code(flow::agent::unknown))]
    Unknown {
        /// What was asked for.
        name: String,
        /// Where the search began.
        directory: PathBuf,
        /// The agents that were found.
        found: Vec<String>,
        /// What to do.
        #[help]
        help: String,
    },
    /// A path that leads nowhere.
    #[error("no such file or folder: `{}`", path.display())]
    #[diagnostic(
        code(flow::agent::no_file),
        help("name an agent's folder, a source file, a `.wasm`, or an agent by its name")
    )]
    NoFile {
        /// The path.
        path: PathBuf,
    },
    /// A folder without anything that makes it an agent.
    #[error("no agent in this folder: `{}`", path.display())]
    #[diagnostic(
        code(flow::agent::no_agent),
        help(
            "an agent has an `agent.toml` that names its language, or one of: {}; make one with `flow new rust NAME`",
            literals(facts::markers())
        )
    )]
    NoAgent {
        /// The folder.
        path: PathBuf,
    },
    /// A source file outside of any project.
    #[error("no project around this file: `{}`", path.display())]
    #[diagnostic(
        code(flow::agent::no_project),
        help(
            "a {language} agent lives in a folder with one of: {}; make one with `flow new {language} NAME`",
            literals(markers.iter().copied())
        )
    )]
    NoProject {
        /// The file.
        path: PathBuf,
        /// Its language.
        language: &'static str,
        /// The files that make a project of that language.
        markers: &'static [&'static str],
    },
    /// Precompiled machine code.
    #[error("precompiled code is not accepted: `{}`", path.display())]
    #[diagnostic(
        code(flow::agent::precompiled),
        help(
            "name the `.wasm` it was made of: machine code runs unchecked, and flow keeps its own in its cache"
        )
    )]
    Precompiled {
        /// The file.
        path: PathBuf,
    },
    /// The manifest names a file that is not there.
    #[error("the entry named in the manifest does not exist: `{entry}` ({}:{line}:{column})", manifest.display())]
    #[diagnostic(
        code(flow::agent::no_entry),
        help("correct `entry`, which counts from the manifest's folder, or leave it out")
    )]
    NoEntry {
        /// What the manifest says.
        entry: String,
        /// The manifest.
        manifest: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The manifest's text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The entry's place.
        #[label("not a file")]
        span: SourceSpan,
    },
    /// The manifest names a language that flow cannot build.
    #[error("{cause} ({}:{line}:{column})", manifest.display())]
    #[diagnostic(code(flow::agent::language), help("{}", cause.advice()))]
    Language {
        /// Why not.
        cause: LanguageError,
        /// The manifest.
        manifest: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The manifest's text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The language's place.
        #[label("this language")]
        span: SourceSpan,
    },
    /// A file in a language that flow cannot build.
    #[error("{cause}: `{}`", path.display())]
    #[diagnostic(code(flow::agent::language), help("{}", cause.advice()))]
    FileLanguage {
        /// Why not.
        cause: LanguageError,
        /// The file.
        path: PathBuf,
    },
    /// The manifest is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Manifest(#[from] ManifestError),
    /// The folder cannot be read.
    #[error("cannot read: `{}`", path.display())]
    #[diagnostic(code(flow::agent::read), help("make the folder readable"))]
    Read {
        /// The folder.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
}

impl AgentError {
    pub(super) fn language(
        manifest: &Manifest,
        at: &Located<String>,
        cause: LanguageError,
    ) -> AgentError {
        AgentError::Language {
            cause,
            manifest: path_of(manifest),
            line: at.line,
            column: at.column,
            source_code: source_of(manifest),
            span: at.span.clone().into(),
        }
    }

    pub(super) fn file_language(path: &Path, cause: LanguageError) -> AgentError {
        AgentError::FileLanguage {
            cause,
            path: path.to_owned(),
        }
    }

    pub(super) fn entry(manifest: &Manifest, at: &Located<String>) -> AgentError {
        AgentError::NoEntry {
            entry: at.value.clone(),
            manifest: path_of(manifest),
            line: at.line,
            column: at.column,
            source_code: source_of(manifest),
            span: at.span.clone().into(),
        }
    }
}

fn path_of(manifest: &Manifest) -> PathBuf {
    manifest.path.clone().unwrap_or_default()
}

fn source_of(manifest: &Manifest) -> Arc<NamedSource<String>> {
    Arc::new(NamedSource::new(
        path_of(manifest).display().to_string(),
        manifest.text.clone(),
    ))
}
