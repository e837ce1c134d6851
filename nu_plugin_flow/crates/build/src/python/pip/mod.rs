//! Resolving and fetching with pip, which takes the tags of any platform.

mod messages;
mod report;

use std::fs;

use flow_process::{Command, Outcome};

use self::report::ReportProblem;
use super::{
    answer::{Answer, Refusal},
    error::PythonError,
    platform::{INTERPRETER, MARKERS, PLATFORMS, PYTHON_SERIES},
    requirement::Requirements,
    tools::{REQUIREMENTS, Tools, failed, one_line, stderr},
};
use crate::error::BuildError;

/// Ways to start pip, in the order in which they are tried. uv can run it too.
const LAUNCHERS: [&[&str]; 5] = [
    &["pip3"],
    &["pip"],
    &["python3", "-m", "pip"],
    &["python", "-m", "pip"],
    &["uv", "tool", "run", "pip"],
];

/// Settings of the user's that are about installing, and would be refused.
const UNWANTED: [&str; 6] = [
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_REQUIRE_HASHES",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_USER",
    "PIP_NO_BINARY",
];

const REPORT: &str = "report.json";

pub(super) fn resolve(
    requirements: &Requirements,
    tools: &Tools<'_>,
) -> Result<Answer, BuildError> {
    let program = include_str!("../sitecustomize.py").replace("VALUES", &values());
    tools.write("markers/sitecustomize.py", &program)?;
    let mut unusable = Vec::new();
    for launcher in LAUNCHERS {
        let Some((command, outcome)) = run(tools, &[launcher], install, &mut unusable)? else {
            continue;
        };
        if !outcome.success() {
            let problem = problem(requirements, tools, launcher, &command, &outcome)?;
            return Ok(Err(Refusal::No(problem)));
        }
        let path = tools.folder.join(REPORT);
        let text =
            fs::read_to_string(&path).map_err(|source| BuildError::io("read", &path, source))?;
        match report::read(&text) {
            Ok(lock) => return Ok(Ok(lock)),
            Err(ReportProblem::Refused(error)) => return Ok(Err(Refusal::No(error))),
            Err(ReportProblem::Unusable(reason)) => {
                unusable.push(format!("`{}` {reason}", launcher.join(" ")));
            }
        }
    }
    Ok(Err(Refusal::NoTool(unusable)))
}

/// Fetches wheels by their URLs into `wheels` in the tools' folder, without
/// asking whether they are what they should be.
pub(super) fn download(urls: &[&str], tools: &Tools<'_>) -> Result<(), BuildError> {
    let arguments = || {
        let mut arguments = owned(&["download", "--no-deps", "--dest", "wheels"]);
        arguments.extend(target());
        arguments.extend(urls.iter().map(|url| (*url).to_owned()));
        arguments
    };
    let mut unusable = Vec::new();
    let Some((command, outcome)) = run(tools, &LAUNCHERS, arguments, &mut unusable)? else {
        return Err(PythonError::NoTool { unusable }.into());
    };
    if outcome.success() {
        return Ok(());
    }
    let words = stderr(&outcome);
    Err(match messages::network(&words) {
        Some(line) => PythonError::Network {
            tool: "pip".to_owned(),
            message: one_line(line),
        },
        None => failed("pip", &command, &outcome),
    }
    .into())
}

/// Runs the first pip that is there and understands the options. Why those that
/// are there do not is added to `unusable`.
fn run(
    tools: &Tools<'_>,
    launchers: &[&[&str]],
    arguments: impl Fn() -> Vec<String>,
    unusable: &mut Vec<String>,
) -> Result<Option<(Command, Outcome)>, BuildError> {
    for launcher in launchers {
        let Some((program, first)) = launcher.split_first() else {
            continue;
        };
        let mut command = Command::new(*program, owned(first), tools.folder);
        command.args.extend(arguments());
        command.env = environment(tools);
        command.env_remove = owned(&UNWANTED);
        let Some(outcome) = tools.run(&command)? else {
            continue;
        };
        match messages::unusable(&stderr(&outcome)) {
            Some("") => {}
            Some(reason) => unusable.push(format!("`{}` {reason}", launcher.join(" "))),
            None => return Ok(Some((command, outcome))),
        }
    }
    Ok(None)
}

fn install() -> Vec<String> {
    let mut arguments = owned(&[
        "install",
        "--dry-run",
        "--no-user",
        // Nothing is written there; without it pip refuses other platforms.
        "--target",
        "nowhere",
        "--report",
        REPORT,
        "--requirement",
        REQUIREMENTS,
    ]);
    arguments.extend(target());
    arguments
}

/// The options that say what the wheels are for.
fn target() -> Vec<String> {
    let mut arguments = owned(&[
        "--quiet",
        "--no-input",
        "--retries",
        "2",
        "--only-binary",
        ":all:",
        "--implementation",
        "cp",
        "--python-version",
        PYTHON_SERIES,
        "--abi",
        INTERPRETER,
    ]);
    for platform in PLATFORMS {
        arguments.extend(owned(&["--platform", platform]));
    }
    arguments
}

fn environment(tools: &Tools<'_>) -> Vec<(String, String)> {
    let own = tools.folder.join("markers").into_os_string();
    let others = std::env::var_os("PYTHONPATH").filter(|others| !others.is_empty());
    let paths = std::iter::once(own.clone().into())
        .chain(others.iter().flat_map(std::env::split_paths))
        .collect::<Vec<std::path::PathBuf>>();
    let path = std::env::join_paths(paths).unwrap_or(own);
    [
        ("PYTHONPATH", path.to_string_lossy().into_owned()),
        // Only ours matters, and no folder gets a `__pycache__`.
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("PYTHONIOENCODING", "utf-8".to_owned()),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// The markers' values as a dictionary of Python; no value has a quote in it.
fn values() -> String {
    let pairs = MARKERS.map(|(name, value)| format!("'{name}': '{value}'"));
    format!("{{{}}}", pairs.join(", "))
}

/// Why pip found no packages.
fn problem(
    requirements: &Requirements,
    tools: &Tools<'_>,
    launcher: &[&str],
    command: &Command,
    outcome: &Outcome,
) -> Result<PythonError, BuildError> {
    let words = stderr(outcome);
    if let Some(line) = messages::network(&words) {
        return Ok(PythonError::Network {
            tool: "pip".to_owned(),
            message: one_line(line),
        });
    }
    let Some(wanted) = messages::not_found(&words) else {
        return Ok(match messages::conflict(&words) {
            Some(message) => PythonError::Unsatisfied {
                requirements: requirements.texts(),
                message: one_line(&message),
            },
            None => failed("pip", command, outcome),
        });
    };
    // Asked again in more words, pip names the wheels that it passed over.
    let details = || {
        let mut arguments = owned(&["download", "--no-deps", "-vv", "--dest", "wheels"]);
        arguments.extend(
            target()
                .into_iter()
                .filter(|argument| argument != "--quiet"),
        );
        arguments.push(wanted.to_owned());
        arguments
    };
    if let Some((_, outcome)) = run(tools, &[launcher], details, &mut Vec::new())? {
        let both = [outcome.stdout, outcome.stderr].concat();
        if let Some(error) = messages::no_wheel(wanted, &String::from_utf8_lossy(&both)) {
            return Ok(error);
        }
    }
    Ok(PythonError::Unsatisfied {
        requirements: requirements.texts(),
        message: one_line(&format!(
            "pip finds no version of `{wanted}` that has a wheel"
        )),
    })
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markers_are_a_dictionary_of_python() {
        let values = values();
        assert!(
            values.starts_with("{'implementation_name': 'cpython', "),
            "{values}"
        );
        assert_eq!(values.matches('\'').count(), MARKERS.len() * 4);
    }
}
