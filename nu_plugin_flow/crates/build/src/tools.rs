//! What the tools say about themselves, remembered while they stay the same:
//! starting `rustc -vV` through rustup takes longer than all the rest of a
//! build that has nothing to do.

use std::{
    fmt::Write,
    fs,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    thread,
};

use flow_cache::{Bucket, Cache, Digest, Digester, MakeError};
use flow_process::{Command, Executor, ProcessError};
use serde::{Deserialize, Serialize};

use crate::{
    agent::definition::Agent,
    error::BuildError,
    languages::language::{Language, Target},
    plan_error::PlanError,
};

const EXTENSION: &str = "json";

/// What the programs of a probe answered, trimmed, in its order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// Of those that have to succeed.
    pub answers: Vec<String>,
    /// Of those that may fail, or why they did.
    pub attempts: Vec<Result<String, String>>,
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    answers: Answers,
    /// Files that only the answers name, and their stats.
    witnesses: Vec<(PathBuf, String)>,
}

/// The answers to the language's probe.
pub(crate) fn ask(
    cache: &Cache,
    executor: &dyn Executor,
    language: &dyn Language,
    agent: &Agent,
    target: Target,
    cancel: &AtomicBool,
) -> Result<Answers, BuildError> {
    let probe = language.probe(agent, target);
    let mut key = Digester::new();
    key.update(executor.place());
    for command in probe.commands.iter().chain(&probe.attempts) {
        key.update(&command.program).update(command.args.join(" "));
    }
    for input in &probe.inputs {
        key.update(input.as_os_str().as_encoded_bytes())
            .update(stat(input));
    }
    for fact in &probe.facts {
        key.update(fact);
    }
    let key = key.finish();
    let answer = |command: &Command| answer(executor, language, agent, command, cancel);
    let attempt = |command: &Command| attempt(executor, command, cancel);
    if !executor.is_here() {
        // Nobody here sees whether the tools of a container change; asked all at once, as each
        // question takes a connection.
        return thread::scope(|scope| {
            let ask = |command| scope.spawn(move || answer(command));
            let asked: Vec<_> = probe.commands.iter().map(ask).collect();
            let attempt = |command| scope.spawn(move || attempt(command));
            let attempted: Vec<_> = probe.attempts.iter().map(attempt).collect();
            Ok(Answers {
                answers: asked.into_iter().map(joined).collect::<Result<_, _>>()?,
                attempts: attempted.into_iter().map(joined).collect(),
            })
        });
    }
    if let Some(remembered) = recall(cache, &key)? {
        return Ok(remembered.answers);
    }
    cache.remove(Bucket::Tools, &key, EXTENSION)?;
    let answers: Result<_, BuildError> = probe.commands.iter().map(answer).collect();
    let answers = Answers {
        answers: answers?,
        attempts: probe.attempts.iter().map(attempt).collect(),
    };
    let witnesses = language
        .witnesses(&answers.answers)
        .into_iter()
        .map(|path| (path.clone(), stat(&path)))
        .collect();
    let remembered = Remembered { answers, witnesses };
    let save = |path: &Path| fs::write(path, serde_json::to_vec(&remembered)?);
    match cache.get_or_make(Bucket::Tools, &key, EXTENSION, save) {
        Ok(_) => Ok(remembered.answers),
        Err(MakeError::Cache(error)) => Err(error.into()),
        Err(MakeError::Make(source)) => Err(BuildError::io("write", cache.root(), source)),
    }
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

fn recall(cache: &Cache, key: &Digest) -> Result<Option<Remembered>, BuildError> {
    let Some(entry) = cache.get(Bucket::Tools, key, EXTENSION)? else {
        return Ok(None);
    };
    let remembered = fs::read(entry.path)
        .ok()
        .and_then(|text| serde_json::from_slice::<Remembered>(&text).ok());
    Ok(remembered.filter(|remembered| {
        remembered
            .witnesses
            .iter()
            .all(|(path, known)| stat(path) == *known)
    }))
}

fn answer(
    executor: &dyn Executor,
    language: &dyn Language,
    agent: &Agent,
    command: &Command,
    cancel: &AtomicBool,
) -> Result<String, BuildError> {
    match executor.run(command, cancel, &mut |_| {}) {
        Ok(outcome) if outcome.success() => {
            Ok(String::from_utf8_lossy(&outcome.stdout).trim().to_owned())
        }
        Ok(outcome) => Err(BuildError::ToolFailed {
            agent: agent.name.clone(),
            tool: command.program.clone(),
            status: outcome.status,
            command: shell_text(command),
            stderr: String::from_utf8_lossy(&outcome.stderr).into_owned(),
        }),
        Err(error) => Err(process_error(error, language, agent)),
    }
}

/// The answer of a program that may be missing, or why there is none.
fn attempt(
    executor: &dyn Executor,
    command: &Command,
    cancel: &AtomicBool,
) -> Result<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match executor.run(command, cancel, &mut |_| {}) {
        Ok(outcome) if outcome.success() => Ok(text(&outcome.stdout)),
        Ok(outcome) => {
            let said = text(&outcome.stderr);
            let last = said.lines().last().unwrap_or("it said nothing");
            Err(last.trim_start_matches("error: ").to_owned())
        }
        Err(ProcessError::NotFound { .. }) => Err("it is not installed".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A program that is not there becomes the command that installs it.
pub(crate) fn process_error(
    error: ProcessError,
    language: &dyn Language,
    agent: &Agent,
) -> BuildError {
    match error {
        ProcessError::NotFound { program } => {
            let install = language.install(&program);
            PlanError::MissingTool {
                tool: program,
                install,
            }
            .into()
        }
        ProcessError::Cancelled { .. } => BuildError::Cancelled {
            agent: agent.name.clone(),
        },
        error => error.into(),
    }
}

/// The command as one would type it.
pub(crate) fn shell_text(command: &Command) -> String {
    let mut text = format!(
        "cd {}; {}",
        quoted(&command.dir.display().to_string()),
        quoted(&command.program)
    );
    for argument in &command.args {
        // Writing to a `String` cannot fail.
        let _ = write!(text, " {}", quoted(argument));
    }
    text
}

fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:@%+,".contains(letter);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// What changes when the file is replaced or written: size and time; a program
/// behind a symlink is the one that counts.
fn stat(path: &Path) -> String {
    match fs::metadata(path) {
        Ok(metadata) => format!("{} {:?}", metadata.len(), metadata.modified().ok()),
        Err(_) => "absent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let command = Command::new("cargo", ["build", "--features", "", "it's"], "/my project");
        assert_eq!(
            shell_text(&command),
            r"cd '/my project'; cargo build --features '' 'it'\''s'"
        );
    }
}
