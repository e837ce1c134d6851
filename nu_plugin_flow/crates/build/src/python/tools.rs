//! Starting uv and pip: through the builder's executor, in a folder of their own.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use flow_process::{Command, Executor, Outcome, ProcessError};

use super::error::PythonError;
use crate::{error::BuildError, tools::shell_text};

/// The file in the tools' folder that holds what is asked for.
pub(super) const REQUIREMENTS: &str = "requirements.in";

/// Letters of a tool's words in an error.
const LONGEST: usize = 600;

/// How to start programs for one agent.
pub(super) struct Tools<'a> {
    pub executor: &'a dyn Executor,
    pub cancel: &'a AtomicBool,
    /// For messages.
    pub agent: &'a str,
    /// Hears what is being done, and what the tools say.
    pub on_line: &'a dyn Fn(&str),
    /// Where the tools read and write; nobody else does.
    pub folder: &'a Path,
}

impl Tools<'_> {
    /// Runs a program to its end; nothing where it is not there.
    ///
    /// # Errors
    /// It cannot be started, or `cancel` became true.
    pub fn run(&self, command: &Command) -> Result<Option<Outcome>, BuildError> {
        let mut hear = |line: &str| (self.on_line)(line);
        match self.executor.run(command, self.cancel, &mut hear) {
            // 127 is what a shim of a version manager answers for a program
            // that none of the installed versions has.
            Ok(outcome) if outcome.status == 127 => Ok(None),
            Ok(outcome) => Ok(Some(outcome)),
            Err(ProcessError::NotFound { .. }) => Ok(None),
            Err(ProcessError::Cancelled { .. }) => Err(BuildError::Cancelled {
                agent: self.agent.to_owned(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a file for the tools.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, BuildError> {
        let path = self.folder.join(name);
        let parent = path.parent().unwrap_or(self.folder);
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, text));
        written.map_err(|source| BuildError::io("write", &path, source))?;
        Ok(path)
    }
}

/// Everything that a program wrote to stderr.
pub(super) fn stderr(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stderr).into_owned()
}

/// An error about a tool that ended with an error nobody foresaw.
pub(super) fn failed(tool: &str, command: &Command, outcome: &Outcome) -> PythonError {
    let stderr = stderr(outcome);
    let error = stderr
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("error"));
    let message = error
        .or_else(|| stderr.lines().rfind(|line| !line.trim().is_empty()))
        .unwrap_or("it said nothing");
    PythonError::ToolFailed {
        tool: tool.to_owned(),
        status: outcome.status,
        message: one_line(
            message
                .trim_start_matches("error:")
                .trim_start_matches("ERROR:"),
        ),
        command: shell_text(command),
    }
}

/// The words without line breaks and repeated spaces, cut where they are many.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_and_short_ones_are_one_line() {
        assert_eq!(one_line(" a\n   b  c "), "a b c");
        let long = one_line(&"é".repeat(1000));
        assert_eq!(long.chars().count(), LONGEST + 1);
    }
}
