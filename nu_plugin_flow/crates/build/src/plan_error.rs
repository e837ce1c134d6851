use std::{path::PathBuf, sync::Arc};

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
    /// The project's own file cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    #[diagnostic(code(flow::build::project), help("correct the file: `{}`", path.display()))]
    Project {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
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
    /// An error about one key of `[build]`.
    pub(crate) fn setting<T>(
        manifest: &Manifest,
        at: &Located<T>,
        problem: String,
        help: String,
    ) -> PlanError {
        let path = manifest.path.clone().unwrap_or_default();
        PlanError::Setting {
            problem,
            help,
            line: at.line,
            column: at.column,
            source_code: Arc::new(NamedSource::new(
                path.display().to_string(),
                manifest.text.clone(),
            )),
            path,
            span: at.span.clone().into(),
        }
    }
}
