//! Python agents: Pyodide as the interpreter that builds them, and their
//! bundles as what it runs.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flow_build::{
    Analysis, Bundle, Interpreter, InterpreterError, SyntaxProblem, Version, bundle, toolchain,
};
use flow_cache::{Bucket, Cache, CacheError};
use flow_runtime::{PYODIDE, Packages, Program, PythonAgent, Runtime};
use miette::Diagnostic;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::boxed;

/// Pyodide, which is installed when it is first asked something.
pub(crate) struct Python<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) cache: &'a Cache,
}

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
        asynchronous: bool,
        imports: Vec<String>,
    },
}

/// The runtime and the build do not speak of the same things.
#[derive(Debug, Error, Diagnostic)]
#[error("python gave no answer about a source: {0}")]
#[diagnostic(code(flow::python::answer), help("report this as a bug of flow"))]
struct NoAnswer(#[from] serde_json::Error);

/// The packages of a bundle are not in the cache.
#[derive(Debug, Error, Diagnostic)]
#[error("the packages of `{agent}` are not in the cache")]
#[diagnostic(
    code(flow::python::no_packages),
    help("build it again with `flow build`")
)]
struct NoPackages {
    agent: String,
}

/// Python's engine does not count fuel.
#[derive(Debug, Error, Diagnostic)]
#[error("fuel is not counted for python")]
#[diagnostic(
    code(flow::python::fuel),
    help("bound it by `--timeout` instead, and take `fuel` out of [limits]")
)]
struct NoFuel;

impl Interpreter for Python<'_> {
    fn name(&self) -> &'static str {
        "pyodide"
    }

    fn version(&self) -> Result<Version, InterpreterError> {
        Ok(Version::plain(PYODIDE))
    }

    fn analyse(
        &self,
        name: &str,
        source: &str,
        cancel: &AtomicBool,
    ) -> Result<Analysis, InterpreterError> {
        let pyodide = installed(self.cache, cancel)?;
        let question = Question {
            entry: name,
            source,
        };
        let no_answer = |error| InterpreterError::new(NoAnswer(error));
        let question = serde_json::to_vec(&question).map_err(no_answer)?;
        let answer = self
            .runtime
            .analyse_python(&pyodide, &question)
            .map_err(InterpreterError::new)?;
        Ok(match serde_json::from_slice(&answer).map_err(no_answer)? {
            Answer::Problem {
                message,
                line,
                column,
            } => Analysis {
                error: Some(SyntaxProblem {
                    line: line.unwrap_or(1),
                    column: column.unwrap_or(1).max(1),
                    message,
                }),
                ..Analysis::default()
            },
            Answer::Source {
                handler,
                asynchronous,
                imports,
            } => Analysis {
                handler,
                asynchronous,
                imports,
                error: None,
            },
        })
    }
}

/// The folder with Pyodide's files, installed where it is not there.
fn installed(cache: &Cache, cancel: &AtomicBool) -> Result<PathBuf, InterpreterError> {
    let found =
        toolchain::python(cache).map_err(|error: CacheError| InterpreterError::new(error))?;
    if let Some(path) = found {
        return Ok(path);
    }
    if std::io::stderr().is_terminal() {
        eprintln!("installing: python, once");
    }
    let made = toolchain::install_python(cache, None, cancel).map_err(InterpreterError::new)?;
    Ok(made.path)
}

/// Loads the agent of `bundle`, whose packages are in the cache.
pub(crate) fn load(
    python: &Python<'_>,
    bundle: Bundle,
    count_fuel: bool,
    cancel: &AtomicBool,
) -> Result<Arc<Program>, Box<dyn Diagnostic + Send + Sync>> {
    if count_fuel {
        return Err(boxed(NoFuel));
    }
    let pyodide = installed(python.cache, cancel).map_err(boxed)?;
    let packages = match bundle.environment {
        None => None,
        Some(key) => {
            let tree = python.cache.get_tree(Bucket::Environments, &key);
            let missing = || {
                boxed(NoPackages {
                    agent: bundle.name.clone(),
                })
            };
            Some(Packages {
                key: key.to_hex(),
                folder: tree.map_err(boxed)?.ok_or_else(missing)?.path,
            })
        }
    };
    let agent = PythonAgent {
        entry: bundle.entry.clone(),
        handler: bundle.kind == bundle::Kind::Handler,
        files: bundle.files(),
        packages,
        preload: bundle.imports,
    };
    python.runtime.load_python(&pyodide, &agent).map_err(boxed)
}
