//! Why there is no plan.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    sync::Arc,
};

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use crate::manifest::{Located, Manifest};

/// There is no plan: a tool is missing, or the project asks for something that
/// the language does not have.
#[derive(Debug, Error, Diagnostic)]
pub enum PlanError {
    /// A program that the build needs is not there.
    #[error("missing tool: `{tool}`")]
    #[diagnostic(code(flow::build::missing_tool), help("install it with `{install}`"))]
    MissingTool {
        /// The program, or the part of a toolchain.
        tool: String,
        /// The command that installs it.
        install: String,
    },
    /// A program is there and cannot build the agent.
    #[error("tool that cannot be used: `{tool}`: {reason}")]
    #[diagnostic(code(flow::build::unusable_tool))]
    UnusableTool {
        /// The program.
        tool: &'static str,
        /// Why not.
        reason: String,
        /// What to do.
        #[help]
        help: String,
    },
    /// The project's own file cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    #[diagnostic(code(flow::build::project), help("correct the file: `{}`", path.display()))]
    Project {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The file is of a library.
    #[error("not a program: `{}` is of package `{package}`", path.display())]
    #[diagnostic(
        code(flow::build::library),
        help("write `package main`, with a function `main`")
    )]
    Library {
        /// The file.
        path: PathBuf,
        /// Its package.
        package: String,
    },
    /// The file that the agent begins with is not there.
    #[error("no file to begin with: `{}`", path.display())]
    #[diagnostic(
        code(flow::build::no_entry),
        help("write that file, or name another one as `entry` in `agent.toml`")
    )]
    NoEntry {
        /// The file.
        path: PathBuf,
    },
    /// A language has no such target.
    #[error("no target `{target}` for agents in {language}")]
    #[diagnostic(
        code(flow::build::target),
        help("leave `--target` out: a {language} agent runs in flow only")
    )]
    Target {
        /// The language.
        language: &'static str,
        /// What was asked for.
        target: &'static str,
    },
    /// The language has no network.
    #[error("agents in {language} have no network ({}:{line}:{column})", manifest.display())]
    #[diagnostic(
        code(flow::build::network),
        help(
            "leave `net` out of [permissions]: agents in rust and ready `.wasm` files have a network"
        )
    )]
    Network {
        /// The language.
        language: &'static str,
        /// The manifest that asks for it.
        manifest: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The manifest's text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The permission's place.
        #[label("this permission")]
        span: SourceSpan,
    },
    /// The agent's files are too large to be bundled.
    #[error(
        "the agent's files are too large: {} MiB of at most {} MiB, the largest is `{largest}` with {} MiB",
        size >> 20, limit >> 20, largest_size >> 20
    )]
    #[diagnostic(
        code(flow::build::too_large),
        help(
            "keep data in a folder that the agent is granted in `[permissions] dirs`: such a folder is read when it runs; or leave it out with `[build] exclude`"
        )
    )]
    TooLarge {
        /// Bytes of all files.
        size: u64,
        /// Bytes that they may have.
        limit: u64,
        /// The largest file.
        largest: String,
        /// Its bytes.
        largest_size: u64,
    },
    /// The manifest's `[build]` has a key that the language has not, or a value that the key has not.
    #[error("{problem} ({}:{line}:{column})", path.display())]
    #[diagnostic(code(flow::build::setting))]
    Setting {
        /// What is wrong.
        problem: String,
        /// What to do.
        #[help]
        help: String,
        /// The manifest.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The manifest's text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The key's place.
        #[label("here")]
        span: SourceSpan,
    },
}

impl PlanError {
    /// An error about a file or folder of the project that cannot be read.
    pub(crate) fn project(path: &Path, reason: impl Display) -> PlanError {
        PlanError::Project {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// The file that the agent begins with is not at `path`.
    pub(crate) fn no_entry(path: &Path) -> PlanError {
        PlanError::NoEntry {
            path: path.to_owned(),
        }
    }

    /// An error about one key of `[build]`.
    pub(crate) fn setting<T>(
        manifest: &Manifest,
        at: &Located<T>,
        problem: String,
        help: String,
    ) -> PlanError {
        PlanError::Setting {
            problem,
            help,
            line: at.line,
            column: at.column,
            source_code: source_of(manifest),
            path: manifest.path.clone().unwrap_or_default(),
            span: at.span.clone().into(),
        }
    }

    /// An error about a permission for the network, which the language does not have.
    pub(crate) fn network<T>(
        manifest: &Manifest,
        at: &Located<T>,
        language: &'static str,
    ) -> PlanError {
        PlanError::Network {
            language,
            line: at.line,
            column: at.column,
            source_code: source_of(manifest),
            manifest: manifest.path.clone().unwrap_or_default(),
            span: at.span.clone().into(),
        }
    }
}

fn source_of(manifest: &Manifest) -> Arc<NamedSource<String>> {
    let path = manifest.path.clone().unwrap_or_default();
    Arc::new(NamedSource::new(
        path.display().to_string(),
        manifest.text.clone(),
    ))
}
