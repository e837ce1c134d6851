//! What the checks look at.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use flow_cache::Cache;
use flow_process::{Command, Executor, Outcome, ProcessError};

/// How long a tool may take to answer a probe: a container engine that hangs is not usable.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tries something that the doctor does not know itself; says what was found.
pub type Trial<'a> = &'a (dyn Fn() -> Result<String, Complaint> + Sync);

/// Interpreters that flow installs itself, by the names of their tools.
pub trait Interpreters: Sync {
    /// Tries whether it is installed and answers.
    ///
    /// # Errors
    /// It is not there, or does not work.
    fn look(&self, tool: &str) -> Result<Installed, Complaint>;

    /// Installs it; says what was done.
    ///
    /// # Errors
    /// It cannot be installed.
    fn install(&self, tool: &str) -> Result<String, Complaint>;

    /// Removes it; says what was done.
    ///
    /// # Errors
    /// It cannot be removed.
    fn remove(&self, tool: &str) -> Result<String, Complaint>;
}

/// An interpreter that works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// Its version, where it says one.
    pub version: Option<String>,
    /// What was found.
    pub said: String,
}

/// Why a [`Trial`] failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// What went wrong.
    pub reason: String,
    /// Whether what was to be tried is not there at all.
    pub missing: bool,
    /// What the user can do, where that is known.
    pub help: Option<String>,
}

/// The machine as the checks see it.
pub struct Context<'a> {
    /// Runs the probes.
    pub executor: &'a dyn Executor,
    /// Becomes true when the user gives up.
    pub cancel: &'a AtomicBool,
    /// Has the engine that runs agents run one.
    pub engine: Trial<'a>,
    /// Tries whether DevPod can make workspaces.
    pub devpod: Trial<'a>,
    /// The interpreters that flow installs itself.
    pub interpreters: &'a dyn Interpreters,
    /// The cache in use.
    pub cache: &'a Cache,
    /// The folder of local workspaces.
    pub workspaces: &'a Path,
    /// The version of the Nushell that asks; nothing where it does not say.
    pub nushell: Option<String>,
    /// The version of Nushell that the plugin was built for.
    pub built_for: &'a str,
    /// The version of the plugin.
    pub plugin: &'a str,
}

impl Context<'_> {
    /// Runs a probe in the folder for temporary files.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<Outcome, ProcessError> {
        self.run_with(Command::new(
            program,
            arguments.iter().copied(),
            std::env::temp_dir(),
        ))
    }

    /// Runs a probe, bounded in time.
    pub(crate) fn run_with(&self, mut command: Command) -> Result<Outcome, ProcessError> {
        command.deadline = Some(PATIENCE);
        self.executor.run(&command, self.cancel, &mut |_| {})
    }

    /// What a tool says about its version, or why it says nothing.
    pub(crate) fn ask(&self, program: &str, arguments: &[&str]) -> Answer {
        match self.run(program, arguments) {
            Ok(outcome) if outcome.success() => Answer::Said(text(&outcome.stdout)),
            Ok(outcome) => Answer::Failed(reason(&outcome)),
            Err(ProcessError::NotFound { .. }) => Answer::Missing,
            Err(error) => Answer::Failed(error.to_string()),
        }
    }
}

/// How a tool answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What it wrote to stdout.
    Said(String),
    /// It is there and fails: why.
    Failed(String),
    /// It is not there.
    Missing,
}

/// The first thing that a failed program said.
pub(crate) fn reason(outcome: &Outcome) -> String {
    let said = [&outcome.stderr, &outcome.stdout].map(|stream| text(stream));
    let lines = || said.iter().flat_map(|text| text.lines()).map(str::trim);
    let first = lines().find(|line| line.to_lowercase().contains("error"));
    let first = first.or_else(|| lines().find(|line| !line.is_empty()));
    match first {
        Some(line) => line.to_owned(),
        None => format!("it ended with status {} and said nothing", outcome.status),
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// The first word of a text that looks like a version: `1.2.3`, without a `v` or `go` before it.
pub(crate) fn version_in(text: &str) -> Option<String> {
    text.split([' ', '\n', '\t', '(', ')', ',', '"'])
        .find_map(|word| {
            let word = word
                .trim_start_matches("go")
                .trim_start_matches('v')
                .trim_end_matches(';');
            let numbers =
                word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.');
            numbers.then(|| word.to_owned())
        })
}

/// Whether a version is at least another, number by number.
pub(crate) fn at_least(version: &str, wanted: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let parts = version.split(['.', '-', '+']);
        parts.map_while(|part| part.parse().ok()).collect()
    };
    numbers(version) >= numbers(wanted)
}

/// The path in the home directory as users write it.
pub(crate) fn shown(path: &Path) -> String {
    let home = std::env::home_dir().filter(|home| home != &PathBuf::new());
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (said, expected) in [
            ("rustc 1.95.0 (abc 2026-01-01)", Some("1.95.0")),
            ("go version go1.26.6 linux/amd64", Some("1.26.6")),
            ("v0.6.15", Some("0.6.15")),
            ("git version 2.39.5", Some("2.39.5")),
            ("wasm-bindgen 0.2.130", Some("0.2.130")),
            (
                "version.BuildInfo{Version:\"v3.18.1\", GitCommit:\"\"}",
                Some("3.18.1"),
            ),
            ("no version here", None),
        ] {
            assert_eq!(version_in(said).as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(at_least("1.95.0", "1.88"));
        assert!(at_least("1.88", "1.88"));
        assert!(at_least("1.100.0", "1.99.9"));
        assert!(!at_least("1.87.0-nightly", "1.88"));
    }
}
