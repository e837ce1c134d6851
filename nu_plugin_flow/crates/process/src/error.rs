//! Why a program could not be run.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use miette::Diagnostic;
use thiserror::Error;

/// Why a program did not run to its end. A non-zero exit status is not an error but an [`Outcome`].
#[derive(Debug, Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant says in its message what it is")]
#[non_exhaustive]
pub enum ProcessError {
    #[error("program not found: `{program}`")]
    #[diagnostic(
        code(flow::process::not_found),
        help("install `{program}`, or add its directory to `PATH`")
    )]
    NotFound { program: String },
    #[error("working directory not found: `{}`", dir.display())]
    #[diagnostic(
        code(flow::process::no_directory),
        help("create the directory, or name another one")
    )]
    NoDirectory { dir: PathBuf },
    #[error("could not start `{program}`: {source}")]
    #[diagnostic(
        code(flow::process::start),
        help("check that `{program}` is executable, and that its arguments are not too long")
    )]
    Start { program: String, source: io::Error },
    #[error("could not talk to `{program}`: {source}")]
    #[diagnostic(
        code(flow::process::stream),
        help("run `{program}` by hand to see what it does")
    )]
    Stream { program: String, source: io::Error },
    #[error("`{program}` was stopped after {deadline:?}")]
    #[diagnostic(
        code(flow::process::deadline),
        help("give `{program}` more time, or find out what it waits for")
    )]
    Deadline {
        program: String,
        deadline: Duration,
        /// The end of what it had written to stderr.
        stderr: String,
    },
    #[error("`{program}` was cancelled")]
    #[diagnostic(
        code(flow::process::cancelled),
        help("run the command again to start over")
    )]
    Cancelled { program: String },
    #[error("`{program}` wrote more than {limit} bytes to {stream}")]
    #[diagnostic(
        code(flow::process::output_limit),
        help("make `{program}` write less, or let it write to a file")
    )]
    OutputLimit {
        program: String,
        stream: &'static str,
        limit: usize,
    },
    #[error("could not {action} `{}`: {source}", path.display())]
    #[diagnostic(
        code(flow::workspace::storage),
        help("make it accessible and the disk not full, or set `FLOW_DATA_DIR` to another folder")
    )]
    Storage {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// The place where it should run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Elsewhere(Elsewhere),
}

impl ProcessError {
    /// What went wrong in the place where a program should run.
    pub fn elsewhere(error: impl Diagnostic + Send + Sync + 'static) -> ProcessError {
        ProcessError::Elsewhere(Elsewhere(Box::new(error)))
    }

    /// Turns an I/O error into a [`ProcessError::Storage`] that says what was tried where.
    pub(crate) fn storage(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> ProcessError {
        move |source| ProcessError::Storage {
            action,
            path: path.to_path_buf(),
            source,
        }
    }
}

/// An error of the place where a program should run, such as a workspace, in its own words.
#[derive(Debug)]
pub struct Elsewhere(Box<dyn Diagnostic + Send + Sync>);

impl Display for Elsewhere {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl StdError for Elsewhere {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

impl Diagnostic for Elsewhere {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.0.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.0.help()
    }
}
