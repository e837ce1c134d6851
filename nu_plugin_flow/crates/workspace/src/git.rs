//! Calls of the user's `git`: quiet, without questions, and with the deadline of whoever asks.

use std::path::Path;
use std::time::Duration;

use crate::call::Call;
use crate::error::WorkspaceError;
use flow_process::{Command, ProcessError};

/// Time for a call, where nobody asks for less: repositories may be large and far away.
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// What makes git work on another repository than the one of its directory.
const ELSEWHERE: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
];

/// Runs git in `directory`; returns what it prints.
///
/// # Errors
/// What git says first, as the reason of a [`WorkspaceError::Git`]; or it could not be run at all.
pub(crate) fn run(
    arguments: &[&str],
    directory: &Path,
    call: &Call<'_>,
) -> Result<String, WorkspaceError> {
    let mut command = Command::new("git", arguments.iter().copied(), directory);
    // Nobody could answer a question.
    let settings = [
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ASKPASS", "true"),
        ("LC_ALL", "C"),
    ];
    command.env = settings
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    command.env_remove = ELSEWHERE.map(str::to_owned).to_vec();
    command.deadline = Some(call.remaining().map_or(LIMIT, |left| left.min(LIMIT)));
    let outcome = match flow_process::run(&command, call.cancel, &mut |_| {}) {
        Err(ProcessError::Cancelled { .. }) => return Err(WorkspaceError::Cancelled),
        outcome => outcome?,
    };
    if outcome.success() {
        return Ok(String::from_utf8_lossy(&outcome.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&outcome.stderr);
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let reason = lines
        .iter()
        .find(|line| line.starts_with("fatal:"))
        .or(lines.last());
    Err(WorkspaceError::Git {
        path: directory.to_owned(),
        reason: reason.map_or("it said nothing", |line| line).to_owned(),
    })
}

/// Asks the repository of `directory` itself, whoever owns its files: a container may have written
/// them as another user.
pub(crate) fn ask(
    arguments: &[&str],
    directory: &Path,
    call: &Call<'_>,
) -> Result<String, WorkspaceError> {
    let own = ["-c", "safe.directory=*", "--git-dir=.git"];
    run(&[&own, arguments].concat(), directory, call)
}
