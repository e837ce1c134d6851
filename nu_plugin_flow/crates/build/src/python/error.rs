//! Why the packages of an agent cannot be had.

use std::{path::PathBuf, sync::Arc};

use flow_cache::Digest;
use flow_contract::literals;
use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use super::platform::PLATFORMS;

/// The packages of a Python agent cannot be had.
#[derive(Debug, Error, Diagnostic)]
pub enum PythonError {
    /// What the agent says about its packages is wrong.
    #[error("{problem} ({}:{line}:{column})", path.display())]
    #[diagnostic(code(flow::python::declaration))]
    Declaration {
        /// What is wrong.
        problem: String,
        /// What to do.
        #[help]
        help: String,
        /// The file: `agent.toml`, `pyproject.toml` or the program itself.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters, counted from 1.
        column: usize,
        /// The file's text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The place.
        #[label("here")]
        span: SourceSpan,
    },
    /// There is no program that fetches packages.
    #[error(
        "packages are needed, and there is no tool that fetches them: neither `uv` nor `pip`{}",
        also(unusable)
    )]
    #[diagnostic(
        code(flow::python::no_tool),
        help(
            "install uv with `pip install uv` or with its own installer, then run the command again"
        )
    )]
    NoTool {
        /// Tools that are there and cannot be used, with the reason.
        unusable: Vec<String>,
    },
    /// A package that Pyodide cannot load.
    #[error("no wheel of `{package}` {version} for Pyodide: {}", existing(tags))]
    #[diagnostic(
        code(flow::python::no_wheel),
        help(
            "Pyodide loads wheels in pure Python (`py3-none-any`) and for `{}`: ask for another version of `{package}`, or for a package that does the same in pure Python",
            PLATFORMS.first().copied().unwrap_or_default()
        )
    )]
    NoWheel {
        /// The package.
        package: String,
        /// The version that would have been taken, or all that were looked at.
        version: String,
        /// The tags of its wheels: interpreter, binary interface, platform.
        tags: Vec<String>,
    },
    /// No set of packages is what the agent asks for.
    #[error("no packages satisfy {}: {message}", literals(requirements.iter().map(String::as_str)))]
    #[diagnostic(
        code(flow::python::unsatisfied),
        help("correct the requirements, or leave them less narrow")
    )]
    Unsatisfied {
        /// What the agent asks for.
        requirements: Vec<String>,
        /// The tool's words.
        message: String,
    },
    /// The packages' index cannot be reached.
    #[error("`{tool}` cannot reach the index of packages: {message}")]
    #[diagnostic(
        code(flow::python::network),
        help(
            "check the connection, and the index, proxy and certificates that {tool} is configured with; what was fetched once is kept"
        )
    )]
    Network {
        /// `uv` or `pip`.
        tool: String,
        /// The tool's words.
        message: String,
    },
    /// A tool failed for a reason that is none of the above.
    #[error("`{tool}` failed with status {status}: {message}")]
    #[diagnostic(
        code(flow::python::tool_failed),
        help("run it by hand to see what it does: `{command}`")
    )]
    ToolFailed {
        /// `uv` or `pip`.
        tool: String,
        /// Its exit status.
        status: i32,
        /// Its last words.
        message: String,
        /// The whole command, as for a shell.
        command: String,
    },
    /// What was fetched is not what was locked.
    #[error("wrong digest: `{wheel}` should have {expected}, and has {found}")]
    #[diagnostic(
        code(flow::python::wrong_digest),
        help(
            "it was changed on the index or on the way, and is not used; where you trust the new one, delete the lock file `{}` and build again",
            lock.display()
        )
    )]
    WrongDigest {
        /// The file.
        wheel: String,
        /// What the lock file says.
        expected: Digest,
        /// What came.
        found: Digest,
        /// The lock file.
        lock: PathBuf,
    },
    /// A wheel was fetched and cannot be unpacked.
    #[error("not a wheel that can be unpacked: `{wheel}`: {reason}")]
    #[diagnostic(
        code(flow::python::bad_wheel),
        help("ask for another version of the package, and tell its authors")
    )]
    BadWheel {
        /// The file.
        wheel: String,
        /// What is wrong.
        reason: String,
    },
    /// The lock file cannot be used.
    #[error("cannot use the lock file `{}`: {problem}", path.display())]
    #[diagnostic(code(flow::python::lock))]
    Lock {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// What to do.
        #[help]
        help: String,
    },
}

fn existing(tags: &[String]) -> String {
    const SHOWN: usize = 6;
    if tags.is_empty() {
        return "it has none at all".to_owned();
    }
    let shown = literals(tags.iter().take(SHOWN).map(String::as_str));
    match tags.len().checked_sub(SHOWN) {
        None | Some(0) => format!("it has {shown}"),
        Some(more) => format!("it has {shown}, and {more} more"),
    }
}

fn also(unusable: &[String]) -> String {
    match unusable {
        [] => String::new(),
        unusable => format!(" ({})", unusable.join("; ")),
    }
}
