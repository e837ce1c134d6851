//! A program to run, and what it left.

use std::path::PathBuf;
use std::time::Duration;

/// Bytes that a program may write to each of stdout and stderr before it is stopped.
pub const OUTPUT_LIMIT: usize = 64 << 20;

/// A program to run, with everything it can see of the machine.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// Name looked up in `PATH` (the one in `env`, if there), or a path; relative paths count from `dir`.
    pub program: String,
    /// Handed over as they are; no shell reads them.
    pub args: Vec<String>,
    /// Working directory; must exist.
    pub dir: PathBuf,
    /// Set on top of the inherited environment.
    pub env: Vec<(String, String)>,
    /// Removed from the inherited environment; `env` wins where both name a variable.
    pub env_remove: Vec<String>,
    /// Fed to the program, then its stdin is closed.
    pub stdin: Vec<u8>,
    /// Time after which the program is killed; `None` waits without end.
    pub deadline: Option<Duration>,
    /// Time after which the program is killed if it has written nothing to stdout until then.
    pub answer: Option<Duration>,
}

impl Command {
    /// `program` with `args`, in `dir`, with the inherited environment, no input and no deadline.
    pub fn new<S: Into<String>>(
        program: impl Into<String>,
        args: impl IntoIterator<Item = S>,
        dir: impl Into<PathBuf>,
    ) -> Command {
        Command {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            dir: dir.into(),
            ..Command::default()
        }
    }

    /// The command line `line`, as `sh` reads it, in `dir`.
    pub fn shell(line: impl Into<String>, dir: impl Into<PathBuf>) -> Command {
        Command::new("sh", ["-c".to_owned(), line.into()], dir)
    }
}

/// What a program that ran to its end left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Exit status; 128 + n for a program killed by signal n, as shells count.
    pub status: i32,
    /// All that it wrote to stdout, at most [`OUTPUT_LIMIT`] bytes.
    pub stdout: Vec<u8>,
    /// All that it wrote to stderr, at most [`OUTPUT_LIMIT`] bytes.
    pub stderr: Vec<u8>,
    /// Wall clock, from before the start to the end.
    pub duration: Duration,
}

impl Outcome {
    /// Whether the exit status is 0.
    pub fn success(&self) -> bool {
        self.status == 0
    }
}

/// The path of `program` as a shell would find it in `PATH`, if there is one.
pub fn find(program: &str) -> Option<PathBuf> {
    which::which(program).ok()
}
