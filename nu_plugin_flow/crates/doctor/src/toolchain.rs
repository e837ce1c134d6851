//! The pinned tools of each language: whether they are there, how they come and go.

use std::thread;
use std::time::Duration;

use flow_pins::{Engine, pins};
use flow_process::{Command, ProcessError};

use crate::context::{Answer, Complaint, Context, reason, version_in};
use crate::diagnosis::{Diagnosis, Health};
use crate::error::DoctorError;
use crate::treatment::Treatment;

/// Toolchains with pinned tools, by name.
pub const NAMES: &[&str] = &["rust", "python", "javascript", "nushell"];

/// How long an installation may take: some compile from source.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// A tool that can be installed without root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// The toolchain that it belongs to: `rust`.
    pub toolchain: &'static str,
    /// Its name: `wasm32-wasip2`, `wasm-pack`.
    pub name: String,
    /// The version that flow works with; nothing where it is that of its toolchain.
    pub pin: Option<String>,
    /// What it is needed for.
    pub purpose: String,
    /// Whether `flow build` needs it for every agent of its language.
    pub needed: bool,
    install: String,
    remove: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Target,
    Program {
        name: String,
    },
    /// An interpreter, which flow installs itself.
    Interpreter,
}

/// All tools of a toolchain.
pub fn of(toolchain: &str) -> Vec<Tool> {
    match toolchain {
        "rust" => rust(),
        "python" => vec![Tool {
            toolchain: "python",
            name: "pyodide".to_owned(),
            pin: Some(pins().python.pyodide.clone()),
            purpose: pins().python.purpose.clone(),
            needed: false,
            install: pins().python.install.clone(),
            remove: "flow toolchain remove python".to_owned(),
            kind: Kind::Interpreter,
        }],
        name => pins()
            .engines
            .iter()
            .filter(|engine| engine.name == name)
            .map(engine)
            .collect(),
    }
}

/// An engine is the only tool of its toolchain.
fn engine(engine: &'static Engine) -> Tool {
    Tool {
        toolchain: &engine.name,
        name: engine.name.clone(),
        pin: engine.version.clone(),
        purpose: engine.purpose.clone(),
        needed: false,
        install: engine.install.clone(),
        remove: format!("flow toolchain remove {}", engine.name),
        kind: Kind::Interpreter,
    }
}

fn rust() -> Vec<Tool> {
    let targets = pins().rust.targets.iter().map(|target| Tool {
        toolchain: "rust",
        name: target.name.clone(),
        pin: None,
        purpose: target.purpose.clone(),
        needed: target.name == "wasm32-wasip2",
        install: target.install.clone(),
        remove: format!("rustup target remove {}", target.name),
        kind: Kind::Target,
    });
    let programs = pins().rust.tools.iter().map(|tool| Tool {
        toolchain: "rust",
        name: tool.name.clone(),
        pin: Some(tool.version.clone()),
        purpose: tool.purpose.clone(),
        needed: false,
        install: tool.install.clone(),
        remove: format!("cargo uninstall {}", tool.name),
        kind: Kind::Program {
            name: tool.name.trim_end_matches("-cli").to_owned(),
        },
    });
    targets.chain(programs).collect()
}

/// All tools of all toolchains.
pub fn all() -> Vec<Tool> {
    NAMES.iter().flat_map(|name| of(name)).collect()
}

/// Whether the tool is there and works.
pub fn look(tool: &Tool, context: &Context<'_>) -> Diagnosis {
    let diagnosis = match tool.needed {
        true => Diagnosis::needed(tool.toolchain, &tool.name, &tool.purpose),
        false => Diagnosis::optional(tool.toolchain, &tool.name, &tool.purpose),
    };
    match &tool.kind {
        Kind::Target => look_at_target(tool, diagnosis, context),
        Kind::Program { name } => look_at_program(tool, name, diagnosis, context),
        Kind::Interpreter => look_at_interpreter(tool, diagnosis, context),
    }
}

fn look_at_interpreter(tool: &Tool, diagnosis: Diagnosis, context: &Context<'_>) -> Diagnosis {
    let mend = format!("run `{}`", tool.install);
    match context.interpreters.look(&tool.name) {
        Ok(found) => {
            let version = found.version.or_else(|| tool.pin.clone());
            diagnosis.version(version).good(found.said)
        }
        Err(complaint) if complaint.missing => Diagnosis {
            found: "not installed".to_owned(),
            ..diagnosis
        }
        .mend(mend),
        Err(complaint) => diagnosis.broken(complaint.reason).mend(mend),
    }
}

/// How all tools are, in their order. A look takes a part of a second: they are side by side.
pub fn look_at_all(tools: &[Tool], context: &Context<'_>) -> Vec<Diagnosis> {
    thread::scope(|scope| {
        let looks: Vec<_> = tools
            .iter()
            .map(|tool| (tool, scope.spawn(|| look(tool, context))))
            .collect();
        let found = looks.into_iter().map(|(tool, thread)| {
            let lost = || Diagnosis::needed(tool.toolchain, &tool.name, &tool.purpose);
            thread
                .join()
                .unwrap_or_else(|_| lost().broken("looking at it panicked"))
        });
        found.collect()
    })
}

/// Compiles and links a program for the target.
fn look_at_target(tool: &Tool, diagnosis: Diagnosis, context: &Context<'_>) -> Diagnosis {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return diagnosis.broken(error.to_string()),
    };
    let output = folder.path().join("probe.wasm").display().to_string();
    let arguments = [
        "--target",
        &tool.name,
        "-C",
        "panic=abort",
        "-o",
        &output,
        "-",
    ];
    let mut probe = Command::new("rustc", arguments, folder.path());
    probe.stdin = b"fn main() {}".to_vec();
    match context.run_with(probe) {
        Ok(outcome) if outcome.success() => diagnosis.good("compiled and linked a program"),
        Ok(outcome) => {
            let reason = reason(&outcome);
            // Only rustup knows how to add one.
            let diagnosis = match context.ask("rustup", &["--version"]) {
                Answer::Said(_) => diagnosis.treatment(Treatment::words(&tool.install)),
                _ => diagnosis.mend("install rustup from https://rustup.rs, or this target with your system's packages"),
            };
            if reason.contains("E0463") || reason.contains("can't find crate") {
                Diagnosis {
                    found: "not installed".to_owned(),
                    ..diagnosis
                }
            } else {
                diagnosis.broken(reason)
            }
        }
        Err(ProcessError::NotFound { .. }) => {
            let found = "there is no `rustc`".to_owned();
            Diagnosis { found, ..diagnosis }.mend("install rustup from https://rustup.rs")
        }
        Err(error) => diagnosis.broken(error.to_string()),
    }
}

fn look_at_program(
    tool: &Tool,
    program: &str,
    diagnosis: Diagnosis,
    context: &Context<'_>,
) -> Diagnosis {
    let diagnosis = match context.ask("cargo", &["--version"]) {
        Answer::Said(_) => diagnosis.treatment(Treatment::words(&tool.install)),
        _ => diagnosis.mend("install rustup from https://rustup.rs first"),
    };
    match context.ask(program, &["--version"]) {
        Answer::Said(said) => {
            let version = version_in(&said);
            if version == tool.pin {
                return diagnosis.version(version).good("it answers");
            }
            let pin = tool.pin.as_deref().unwrap_or_default();
            diagnosis
                .version(version)
                .broken(format!("flow works with {pin}"))
        }
        Answer::Failed(reason) => diagnosis.broken(reason),
        Answer::Missing => diagnosis,
    }
}

/// Installs the tool unless it is good already; returns what was done and how it is then.
///
/// # Errors
/// What installs it fails, or it is not good afterwards.
pub fn install(tool: &Tool, context: &Context<'_>) -> Result<(String, Diagnosis), DoctorError> {
    let before = look(tool, context);
    if before.health == Health::Good {
        return Ok(("was there already".to_owned(), before));
    }
    let done = match tool.kind {
        Kind::Interpreter => own(&tool.install, context.interpreters.install(&tool.name))?,
        _ => run(&tool.install, context)?,
    };
    let after = look(tool, context);
    match after.health {
        Health::Good => Ok((done, after)),
        _ => Err(DoctorError::InVain {
            command: tool.install.clone(),
            reason: after.found,
        }),
    }
}

/// Removes the tool if it is there; returns what was done and how it is then.
///
/// # Errors
/// What removes it fails: it came in another way, for example.
pub fn remove(tool: &Tool, context: &Context<'_>) -> Result<(String, Diagnosis), DoctorError> {
    let before = look(tool, context);
    if before.health == Health::Missing {
        return Ok(("was not there".to_owned(), before));
    }
    let done = match tool.kind {
        Kind::Interpreter => own(&tool.remove, context.interpreters.remove(&tool.name))?,
        _ => run(&tool.remove, context)?,
    };
    Ok((done, look(tool, context)))
}

fn own(command: &str, done: Result<String, Complaint>) -> Result<String, DoctorError> {
    done.map_err(|complaint| DoctorError::Own {
        command: command.to_owned(),
        reason: complaint.reason,
        help: complaint.help,
    })
}

fn run(line: &str, context: &Context<'_>) -> Result<String, DoctorError> {
    let mut words = line.split_whitespace();
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(program, words, std::env::temp_dir());
    command.deadline = Some(PATIENCE);
    let outcome = context
        .executor
        .run(&command, context.cancel, &mut |_| {})?;
    if outcome.success() {
        return Ok(format!("ran `{line}`"));
    }
    Err(DoctorError::Command {
        command: line.to_owned(),
        status: outcome.status,
        reason: reason(&outcome),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;

    fn tool(name: &str) -> Tool {
        all().into_iter().find(|tool| tool.name == name).unwrap()
    }

    #[test]
    fn every_pin_is_a_tool() {
        let names: Vec<_> = all().into_iter().map(|tool| tool.name).collect();
        let rust = &pins().rust;
        assert_eq!(
            names.len(),
            rust.targets.len() + rust.tools.len() + 1 + pins().engines.len()
        );
        assert!(of("cobol").is_empty());
    }

    #[test]
    fn what_is_good_is_not_installed_again() {
        let pin = tool("wasm-pack").pin.unwrap();
        let machine = Machine::new()
            .answers("cargo --version", 0, "cargo 1.95.0")
            .answers("wasm-pack --version", 0, &format!("wasm-pack {pin}"));
        let (done, found) = machine
            .with(|context| install(&tool("wasm-pack"), context))
            .unwrap();
        assert_eq!(
            (done.as_str(), found.health),
            ("was there already", Health::Good)
        );
    }

    #[test]
    fn a_tool_that_is_still_missing_after_its_installation_is_an_error() {
        let machine = Machine::new().answers("cargo", 0, "cargo 1.95.0");
        let error = machine
            .with(|context| install(&tool("wasm-pack"), context))
            .unwrap_err();
        assert!(matches!(error, DoctorError::InVain { .. }), "{error:?}");
    }

    #[test]
    fn a_tool_is_removed_once() {
        let machine =
            Machine::new()
                .answers("rustc --target", 0, "")
                .answers("rustup target remove", 0, "");
        let (done, _) = machine
            .with(|context| remove(&tool("wasm32-wasip1"), context))
            .unwrap();
        assert_eq!(done, "ran `rustup target remove wasm32-wasip1`");
        let error = machine.with(|context| remove(&tool("wasm-pack"), context));
        assert_eq!(error.unwrap().0, "was not there");
    }

    #[test]
    fn what_cannot_be_removed_says_why() {
        let machine = Machine::new()
            .answers("wasm-pack", 0, "wasm-pack 0.1.0")
            .answers(
                "cargo uninstall",
                101,
                "error: package ID specification did not match any packages",
            );
        let error = machine
            .with(|context| remove(&tool("wasm-pack"), context))
            .unwrap_err();
        assert!(
            error.to_string().contains("did not match any packages"),
            "{error}"
        );
    }
}
