//! Resolving with uv.
//!
//! uv has names for some years of Pyodide (`--python-platform wasm32-pyodide2025`),
//! not for this one, and would refuse its wheels. It is asked for a universal
//! resolution instead, which lists all wheels of each package; the one for
//! Pyodide is chosen here. Where such a resolution says no, pip may still say
//! yes: it looks for versions that have a wheel for this platform.

use std::fs;

use flow_process::{Command, Outcome};

use super::{
    answer::{Answer, Refusal},
    error::PythonError,
    lock::{self, LockFile},
    platform,
    requirement::Requirements,
    tools::{REQUIREMENTS, Tools, failed, one_line, stderr},
};
use crate::error::BuildError;

pub(super) const NAME: &str = "uv";

pub(super) fn resolve(
    requirements: &Requirements,
    tools: &Tools<'_>,
) -> Result<Answer, BuildError> {
    let command = command(tools);
    let output = tools.folder.join(lock::FILE_NAME);
    // A lock that is there would be kept where it can be.
    match fs::remove_file(&output) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(BuildError::io("remove", &output, source));
        }
        _ => {}
    }
    let Some(outcome) = tools.run(&command)? else {
        return Ok(Err(Refusal::NoTool(Vec::new())));
    };
    if !outcome.success() {
        return Ok(Err(Refusal::No(problem(requirements, &command, &outcome))));
    }
    let text =
        fs::read_to_string(&output).map_err(|source| BuildError::io("read", &output, source))?;
    Ok(answer(&text, tools))
}

fn command(tools: &Tools<'_>) -> Command {
    let arguments = [
        "pip",
        "compile",
        "--universal",
        "--python-version",
        platform::PYTHON_SERIES,
        "--only-binary",
        ":all:",
        "--format",
        "pylock.toml",
        "--output-file",
        lock::FILE_NAME,
        "--no-header",
        "--no-progress",
        "--color",
        "never",
        REQUIREMENTS,
    ];
    let mut command = Command::new(NAME, arguments, tools.folder);
    // Nothing is built, so that no Python is needed for it.
    command
        .env
        .push(("UV_PYTHON_DOWNLOADS".to_owned(), "never".to_owned()));
    command
}

/// What the lock file that uv wrote says.
fn answer(text: &str, tools: &Tools<'_>) -> Answer {
    let selected = LockFile::parse(text).and_then(|file| file.select(tools.folder));
    selected.map_err(|problem| {
        let path = tools.folder.join(lock::FILE_NAME);
        let help = "update uv, or remove it from `PATH` so that pip is used";
        Refusal::No(problem.at(path, help))
    })
}

fn problem(requirements: &Requirements, command: &Command, outcome: &Outcome) -> PythonError {
    let said = stderr(outcome);
    if let Some(line) = network(&said) {
        return PythonError::Network {
            tool: NAME.to_owned(),
            message: one_line(line),
        };
    }
    // "Because … we can conclude that your requirements are unsatisfiable."
    let reason = said.split_once("Because ").map(|(_, reason)| {
        let end = reason.find("\n\nhint").unwrap_or(reason.len());
        reason.get(..end).unwrap_or(reason)
    });
    match reason {
        Some(reason) => PythonError::Unsatisfied {
            requirements: requirements.texts(),
            message: one_line(&format!(
                "because {}",
                reason.trim_end_matches(['.', '\n', ' '])
            )),
        },
        None => failed(NAME, command, outcome),
    }
}

/// The line in which uv says why it could not fetch something.
fn network(said: &str) -> Option<&str> {
    const SIGNS: [&str; 5] = [
        "error sending request",
        "Failed to fetch",
        "Failed to download",
        "dns error",
        "operation timed out",
    ];
    let line = said
        .lines()
        .filter(|line| !line.starts_with("warning"))
        .find(|line| SIGNS.iter().any(|sign| line.contains(sign)))?;
    let line = line.trim_start_matches([' ', '│', '╰', '├', '─', '▶', '×']);
    Some(
        line.trim_start_matches("error:")
            .trim_start_matches("cause:"),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// As uv 0.13.9 wrote it, with another host.
    const NO_SOLUTION: &str = "warning: The requested Python version 3.14 is not available; 3.11.7 will be used to build dependencies instead.
error: No solution found when resolving dependencies
  cause: Because only pydantic<=2.14.3 is available and you require
         pydantic>=99, we can conclude that your requirements are unsatisfiable.
";
    const NO_WHEELS: &str = "error: No solution found when resolving dependencies
  cause: Because all versions of docopt have no usable wheels and you require docopt, we can conclude that your requirements are unsatisfiable.

hint: Wheels are required for `docopt` because building from source is disabled for all packages (i.e., with `--no-build`)
";
    const NO_NETWORK: &str = "error: Request failed after 3 retries in 8.6s
  cause: Failed to fetch: http://index.example/simple/pydantic/
  cause: error sending request for url (http://index.example/simple/pydantic/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
";
    const OLD: &str = "error: unexpected argument '--format' found

  tip: to pass '--format' as a value, use '-- --format'
";

    fn problem(said: &str) -> String {
        let outcome = Outcome {
            status: 1,
            stdout: Vec::new(),
            stderr: said.as_bytes().to_vec(),
            duration: Duration::ZERO,
        };
        let command = Command::new(NAME, ["pip", "compile"], "/scratch");
        let error = super::problem(&Requirements::parsed(&["pydantic>=99"]), &command, &outcome);
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        format!("{error}\n  help: {help}")
    }

    #[test]
    fn what_uv_says_becomes_one_sentence_and_what_to_do() {
        let reports = [NO_SOLUTION, NO_WHEELS, NO_NETWORK, OLD, ""].map(problem);
        insta::assert_snapshot!(reports.join("\n"));
    }
}
