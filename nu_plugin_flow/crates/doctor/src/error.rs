//! What can go wrong when something is mended.

use std::io;
use std::path::PathBuf;

use flow_process::ProcessError;
use miette::Diagnostic;
use thiserror::Error;

/// Something could not be mended, installed or removed.
#[derive(Debug, Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant says in its message what it is")]
#[non_exhaustive]
pub enum DoctorError {
    #[error("`{command}` failed with status {status}: {reason}")]
    #[diagnostic(
        code(flow::doctor::command),
        help("run it by hand to see what it says: `{command}`")
    )]
    Command {
        command: String,
        status: i32,
        reason: String,
    },
    #[error("`{command}` succeeded, but its tool is still not usable: {reason}")]
    #[diagnostic(
        code(flow::doctor::in_vain),
        help("run `flow doctor` to see what is wrong")
    )]
    InVain { command: String, reason: String },
    #[error("`{command}` failed: {reason}")]
    #[diagnostic(code(flow::doctor::own))]
    Own {
        command: String,
        reason: String,
        #[help]
        help: Option<String>,
    },
    #[error("cannot {action}: `{}`", path.display())]
    #[diagnostic(
        code(flow::doctor::io),
        help("make the path accessible, and see that the disk is not full")
    )]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Process(#[from] ProcessError),
}
