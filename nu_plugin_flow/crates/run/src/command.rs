//! A program for each input.

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread;

use flow_runtime::{CancellationToken, Command, Directory, LoadError, Program, RunError, Usage};

use crate::granted::Granted;

/// Runs a command once for each input.
#[derive(Clone)]
pub struct CommandWorker {
    command: Command,
    callees: Directory,
    arguments: Vec<String>,
    limit: u64,
    cancel: CancellationToken,
}

impl CommandWorker {
    /// A worker for `program`, which is a command, with these arguments, the first of which is the
    /// program's name. `cancel` stops it.
    ///
    /// # Errors
    /// The program cannot be linked, or what it was granted cannot be given.
    pub fn new(
        program: Arc<Program>,
        granted: Granted,
        arguments: Vec<String>,
        cancel: CancellationToken,
    ) -> Result<Self, LoadError> {
        let limit = granted.grants.limits.output;
        Ok(Self {
            command: Command::new(program, granted.grants)?,
            callees: granted.callees,
            arguments,
            limit,
            cancel,
        })
    }

    /// The most bytes that one run may write.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// One run with `input` on its standard input; what it wrote to standard output, and what it
    /// used.
    ///
    /// # Errors
    /// It failed, was stopped, or wrote more than it may.
    pub fn run(&self, input: Vec<u8>) -> Result<(Vec<u8>, Usage), RunError> {
        let (mut stdin, output, run) =
            self.command
                .start(&self.arguments, &self.callees, &self.cancel)?;
        let mut written = Vec::new();
        let usage = thread::scope(|scope| {
            scope.spawn(move || {
                // A command may end before it has read everything.
                let _ = stdin.write_all(&input);
            });
            let mut limited = output.take(self.limit.saturating_add(1));
            let read = limited.read_to_end(&mut written);
            if read.is_ok_and(|length| length as u64 > self.limit) {
                // Stopped here: the writer waits for as long as it runs.
                drop(run);
                return Err(RunError::Output { limit: self.limit });
            }
            run.finish()
        })?;
        Ok((written, usage))
    }
}
