//! Why an engine cannot be had.

use std::{io, path::PathBuf};

use flow_componentize::ComponentizeError;
use flow_process::ProcessError;
use flow_runtime::{LoadError, RunError, SnapshotError};
use miette::Diagnostic;
use thiserror::Error;

/// An engine cannot be had, or failed.
#[derive(Debug, Error, Diagnostic)]
pub enum EngineError {
    /// It is not installed.
    #[error("the engine for {name} is not installed")]
    #[diagnostic(
        code(flow::engine::missing),
        help("install it with `flow toolchain install {name}`")
    )]
    Missing {
        /// Such as `javascript`.
        name: &'static str,
    },
    /// What is installed is not whole.
    #[error("the engine for {name} is damaged: {reason}")]
    #[diagnostic(
        code(flow::engine::damaged),
        help(
            "install it again: `flow toolchain remove {name}`, then `flow toolchain install {name}`"
        )
    )]
    Damaged {
        /// Such as `javascript`.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// What was given is no engine.
    #[error("not an engine: `{}`: {reason}", path.display())]
    #[diagnostic(
        code(flow::engine::invalid),
        help("give the core module that `scripts/build-engines.sh` makes")
    )]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// It could not be built from its sources.
    #[error("the engine for {name} could not be built: {reason}")]
    #[diagnostic(code(flow::engine::build))]
    Build {
        /// Such as `javascript`.
        name: String,
        /// What the tool said.
        reason: String,
        /// What to do.
        #[help]
        help: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    #[diagnostic(
        code(flow::engine::file),
        help("check its folder's permissions and space")
    )]
    Io {
        /// `read`, `write`, `create`, `remove`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It could not be made ready.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Snapshot(#[from] SnapshotError),
    /// It could not become a component.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Componentize(#[from] ComponentizeError),
    /// It could not be loaded.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    /// It failed when it was asked something.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
    /// A tool could not be run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Process(#[from] ProcessError),
}

impl EngineError {
    pub(super) fn io(action: &'static str, path: PathBuf, source: io::Error) -> EngineError {
        EngineError::Io {
            action,
            path,
            source,
        }
    }
}
