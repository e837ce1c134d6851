//! What DevPod says: listings, states, and the lines of its log.

use std::path::PathBuf;

use serde::Deserialize;

use flow_process::Outcome;

/// A workspace in `devpod list --output json`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listed {
    pub id: String,
    #[serde(default)]
    pub source: Source,
    #[serde(rename = "sshConfigPath", default)]
    pub ssh_config: Option<PathBuf>,
}

/// Where a workspace's files come from; only folders are flow's.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Source {
    #[serde(rename = "localFolder", default)]
    pub local_folder: Option<PathBuf>,
}

/// The answer of `devpod status --output json`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Status {
    pub state: String,
}

/// One line of the log of `devpod up --log-output json`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub level: String,
}

/// A finished set-up whose last message was lost on the way: DevPod's own bug, and the only failure
/// that a second try mends.
const LOST_END: &str = "run agent command: EOF";
/// What stands before the real reason of a failed `up`, on a line that is no error.
const REASON: &str = "devcontainer up: ";
/// What an error says that only repeats that there was one.
const ECHOES: [&str; 3] = [
    "run agent command: Process exited with status",
    "Process exited with status",
    "Try using the --debug flag",
];

/// Whether flow works with this version: 0.6 and later ones of the same contract, forks included,
/// and what somebody built without a version.
pub(super) fn is_supported(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split(['.', '-', '+']);
    let mut number = || numbers.next()?.parse::<u32>().ok();
    match (number(), number(), number()) {
        (Some(0), Some(0), Some(0)) => true,
        (Some(0), Some(minor), _) => minor >= 6,
        _ => false,
    }
}

/// The lines of a log; a text that is no log line is a line of level `info`.
pub(super) fn log(text: &[u8]) -> Vec<Line> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            serde_json::from_str(line).unwrap_or_else(|_| Line {
                message: plain(line),
                level: "info".to_owned(),
            })
        })
        .filter(|line| !line.message.trim().is_empty())
        .collect()
}

/// A line of the other log format without its time and level: `12:00:01 info …`, with colours.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // Up to the letter that ends the escape sequence.
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    let words: Vec<&str> = text.splitn(3, ' ').collect();
    match words.as_slice() {
        [time, level, message]
            if time.len() == 8 && time.contains(':') && is_level(level.trim()) =>
        {
            message.trim().to_owned()
        }
        _ => text.trim().to_owned(),
    }
}

fn is_level(word: &str) -> bool {
    ["debug", "info", "warn", "warning", "done", "error", "fatal"].contains(&word)
}

/// Whether the set-up was finished and only its end got lost.
pub(super) fn lost_its_end(outcome: &Outcome) -> bool {
    let said = |text: &[u8]| String::from_utf8_lossy(text).contains(LOST_END);
    said(&outcome.stderr) || said(&outcome.stdout)
}

/// The status of a program that a signal ended is this and the signal's number.
const SIGNALLED: i32 = 128;

/// Why `up` failed, and the lines that led to it.
pub(super) fn reason(outcome: &Outcome) -> (String, Vec<String>) {
    const BEFORE: usize = 6;
    let out = log(&outcome.stdout);
    let all: Vec<Line> = out.iter().cloned().chain(log(&outcome.stderr)).collect();
    let is_echo = |line: &Line| ECHOES.iter().any(|echo| line.message.contains(echo));
    let is_error = |line: &Line| matches!(line.level.as_str(), "error" | "fatal");
    let named = all.iter().rposition(|line| line.message.contains(REASON));
    let error = || {
        all.iter()
            .rposition(|line| is_error(line) && !is_echo(line))
    };
    if named.is_none() && outcome.status > SIGNALLED {
        let before = all.iter().rev().take(BEFORE).rev();
        let reason = format!("it was ended by signal {}", outcome.status - SIGNALLED);
        return (
            reason,
            before.map(|line| line.message.trim().to_owned()).collect(),
        );
    }
    let last = || all.iter().rposition(|line| !is_echo(line));
    let Some(found) = named.or_else(error).or_else(last) else {
        return (last_word(outcome), Vec::new());
    };
    let text = |line: &Line| line.message.trim().to_owned();
    let reason = all.get(found).map(text).unwrap_or_default();
    let reason = match reason.split_once(REASON) {
        Some((_, reason)) => reason.to_owned(),
        None => reason,
    };
    let before = all
        .get(found.saturating_sub(BEFORE)..found)
        .unwrap_or_default();
    (reason, before.iter().map(text).collect())
}

/// The last thing that a failed call said.
pub(super) fn last_word(outcome: &Outcome) -> String {
    let lines: Vec<Line> = log(&outcome.stdout)
        .into_iter()
        .chain(log(&outcome.stderr))
        .collect();
    let is_echo = |line: &&Line| ECHOES.iter().any(|echo| line.message.contains(echo));
    let last = lines
        .iter()
        .rev()
        .find(|line| !is_echo(line))
        .or(lines.last());
    match last {
        Some(line) => line.message.trim().to_owned(),
        None => format!("it ended with status {} and said nothing", outcome.status),
    }
}

/// Workspaces that a listing could not read, because somebody was just writing them.
pub(super) fn unreadable(stderr: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(stderr);
    let names = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("Couldn't load workspace ")?;
        Some(rest.split_once(':')?.0.trim().to_owned())
    });
    names.collect()
}

/// Whether a workspace is unknown, by what a failed call said.
pub(super) fn is_unknown(outcome: &Outcome) -> bool {
    let text = String::from_utf8_lossy(&outcome.stderr).into_owned()
        + &String::from_utf8_lossy(&outcome.stdout);
    text.contains("doesn't exist") || text.contains("couldn't find workspace")
}

pub(super) fn is_about_docker(reason: &str) -> bool {
    let signs = [
        "Cannot connect to the Docker daemon",
        "docker ps:",
        "docker info:",
    ];
    signs.iter().any(|sign| reason.contains(sign))
}

pub(super) fn is_about_provider(reason: &str) -> bool {
    reason.contains("default provider")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn outcome(stdout: &str, stderr: &str) -> Outcome {
        Outcome {
            status: 1,
            stdout: stdout.into(),
            stderr: stderr.into(),
            duration: Duration::ZERO,
        }
    }

    #[test]
    fn versions_of_the_same_contract_are_supported() {
        for version in ["v0.6.0", "v0.6.15", "v0.7.0-alpha.34", "0.26.1", "v0.0.0"] {
            assert!(is_supported(version), "{version}");
        }
        for version in ["v0.5.22", "v1.0.0", "", "Docker version 20.10", "v0"] {
            assert!(!is_supported(version), "{version}");
        }
    }

    #[test]
    fn the_reason_of_a_failed_up_is_on_a_line_of_level_info() {
        let stdout = r#"{"time":"t","message":"Creating devcontainer...","level":"info"}
{"time":"t","message":"pull access denied for nowhere","level":"info"}
{"time":"t","level":"info"}
{"time":"t","message":"devcontainer up: run docker: exit status 125","level":"info"}
"#;
        let stderr = r#"{"time":"t","message":"run agent command: Process exited with status 1","level":"fatal"}"#;
        let (reason, before) = reason(&outcome(stdout, stderr));
        assert_eq!(reason, "run docker: exit status 125");
        assert_eq!(
            before,
            ["Creating devcontainer...", "pull access denied for nowhere"]
        );
    }

    #[test]
    fn without_such_a_line_the_last_error_is_the_reason_and_else_the_last_line() {
        let (found, _) = reason(&outcome(
            r#"{"message":"couldn't find default provider aws","level":"error"}"#,
            "run agent command: Process exited with status 1",
        ));
        assert_eq!(found, "couldn't find default provider aws");
        let coloured = "\u{1b}[31m12:00:01 fatal \u{1b}[0mworkspace x doesn't exist\n";
        assert_eq!(
            reason(&outcome("", coloured)).0,
            "workspace x doesn't exist"
        );
        assert_eq!(
            reason(&outcome("", "")).0,
            "it ended with status 1 and said nothing"
        );
    }

    #[test]
    fn an_up_that_was_killed_says_so_and_not_what_it_was_about_to_do() {
        let killed = Outcome {
            status: 137,
            ..outcome(
                r#"{"message":"Creating devcontainer...","level":"info"}"#,
                "",
            )
        };
        let (found, before) = reason(&killed);
        assert_eq!(found, "it was ended by signal 9");
        assert_eq!(before, ["Creating devcontainer..."]);
    }

    #[test]
    fn a_listing_says_whom_it_left_out() {
        let stderr =
            b"12:00:00 warn Couldn't load workspace rust-2: unexpected end of JSON input\n";
        assert_eq!(unreadable(stderr), ["rust-2"]);
    }
}
