//! Python agents of one file: from the source to what can be run.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use flow_build::toolchain;
use flow_cache::Cache;
use flow_runtime::{Program, PythonAgent, Runtime};
use nu_protocol::{LabeledError, Span};
use serde::{Deserialize, Serialize};

use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

/// What Python is asked about a source.
#[derive(Serialize)]
struct Question<'a> {
    entry: &'a str,
    source: &'a str,
}

/// What it answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Problem {
        message: String,
        line: Option<usize>,
        column: Option<usize>,
    },
    Source {
        handler: bool,
        imports: Vec<String>,
    },
}

/// Loads the agent in the file `path`. Installs Python first, where it is not
/// there.
pub(super) fn load(
    runtime: &Runtime,
    cache: &Cache,
    path: &Path,
    span: Span,
    interrupt: &Interrupt,
) -> Result<Arc<Program>, LabeledError> {
    let installed =
        toolchain::python(cache).map_err(|error| labeled(&error, "for this agent", span))?;
    let pyodide = match installed {
        Some(path) => path,
        None => {
            if std::io::stderr().is_terminal() {
                eprintln!("installing: python, once");
            }
            toolchain::install_python(cache, None, &interrupt.flag)
                .map_err(|error| labeled(&error, "for this agent", span))?
                .path
        }
    };
    let entry = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let content =
        std::fs::read(path).map_err(|error| unreadable(&entry, &error.to_string(), span))?;
    let source = str::from_utf8(&content)
        .map_err(|error| unreadable(&entry, &format!("it is not UTF-8: {error}"), span))?;
    let question = Question {
        entry: &entry,
        source,
    };
    let question = serde_json::to_vec(&question)
        .map_err(|error| unreadable(&entry, &error.to_string(), span))?;
    let answer = runtime
        .analyse_python(&pyodide, &question)
        .map_err(|error| labeled(&error, "for this agent", span))?;
    let answer = serde_json::from_slice(&answer)
        .map_err(|error| unreadable(&entry, &error.to_string(), span))?;
    let (handler, preload) = match answer {
        Answer::Source { handler, imports } => (handler, imports),
        Answer::Problem {
            message,
            line,
            column,
        } => {
            let place = [line, column]
                .iter()
                .flatten()
                .fold(entry, |place, number| format!("{place}:{number}"));
            return Err(LabeledError::new(format!("{place}: {message}"))
                .with_code("flow::python::syntax")
                .with_help("correct the source there")
                .with_label("in this agent", span));
        }
    };
    let agent = PythonAgent {
        entry,
        handler,
        files: vec![(question_entry(path), content)],
        packages: None,
        preload,
    };
    runtime
        .load_python(&pyodide, &agent)
        .map_err(|error| labeled(&error, "this agent", span))
}

fn question_entry(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Python's engine does not count fuel.
pub(super) fn without_fuel(span: Span) -> LabeledError {
    LabeledError::new("fuel is not counted for python")
        .with_code("flow::python::fuel")
        .with_help("bound it by `--timeout` instead, and take `fuel` out of [limits]")
        .with_label("this agent", span)
}

fn unreadable(entry: &str, reason: &str, span: Span) -> LabeledError {
    LabeledError::new(format!("cannot read `{entry}`: {reason}"))
        .with_code("flow::python::read")
        .with_help("check the file and its permissions")
        .with_label("this agent", span)
}
