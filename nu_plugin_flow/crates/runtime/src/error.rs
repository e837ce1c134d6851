//! What can go wrong when an agent is loaded or run.

use std::path::PathBuf;
use std::time::Duration;

use flow_cache::{CacheError, MakeError};
use flow_contract::{nearest, with_causes};
use flow_store::StoreError;
use miette::Diagnostic;
use thiserror::Error;

use crate::grants::GrantError;

/// An agent could not be loaded.
#[derive(Debug, Error, Diagnostic)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read the agent: `{}`", path.display())]
    #[diagnostic(code(flow::runtime::read), help("check the path and its permissions"))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// Machine code, which would run unchecked.
    #[error("refusing precompiled code: `{}`", path.display())]
    #[diagnostic(
        code(flow::runtime::precompiled),
        help(
            "give the `.wasm` it was made from: machine code cannot be checked, and flow keeps its own in a cache"
        )
    )]
    Precompiled {
        /// The file.
        path: PathBuf,
    },
    /// Neither a module nor a component.
    #[error("not WebAssembly: `{}`", path.display())]
    #[diagnostic(
        code(flow::runtime::not_wasm),
        help("give a `.wasm` file, or the directory or source file of an agent")
    )]
    NotWasm {
        /// The file.
        path: PathBuf,
    },
    /// It does not validate, or uses a feature that is off.
    #[error("not valid WebAssembly: `{}`: {reason}", path.display())]
    #[diagnostic(
        code(flow::runtime::invalid),
        help("build or download the file again; it may be truncated or damaged")
    )]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and at which offset.
        reason: String,
    },
    /// It imports what no agent is given.
    #[error("the agent needs something that flow does not have: {reason}")]
    #[diagnostic(
        code(flow::runtime::import),
        help("see `flow inspect`; an agent may import WASI 0.1 or 0.2 and `flow:agent` only")
    )]
    Import {
        /// Which import.
        reason: String,
    },
    /// It has no export that could be run.
    #[error("nothing to run: {reason}")]
    #[diagnostic(
        code(flow::runtime::export),
        help(
            "see `flow inspect` for its exports: a handler exports `flow:agent/handler`, a command `_start` or `wasi:cli/run`; others are called with `flow call`"
        )
    )]
    Export {
        /// What is missing or of the wrong type.
        reason: String,
    },
    /// There is no export of that name.
    #[error("no export is called `{name}`{}", near_miss(name, exports))]
    #[diagnostic(
        code(flow::runtime::no_function),
        help("it exports: {}", if exports.is_empty() { "no functions".to_owned() } else { exports.join(", ") })
    )]
    NoFunction {
        /// What was asked for.
        name: String,
        /// The full names of what there is.
        exports: Vec<String>,
    },
    /// The engine does not start.
    #[error("cannot start the WebAssembly engine: {reason}")]
    #[diagnostic(
        code(flow::runtime::engine),
        help("check the limits of the process on memory and address space (`ulimit -v`)")
    )]
    Engine {
        /// What wasmtime says.
        reason: String,
    },
    /// Python does not start.
    #[error("cannot start python: {reason}")]
    #[diagnostic(
        code(flow::python::start),
        help("install it again: `flow toolchain install python`")
    )]
    Python {
        /// What is wrong.
        reason: String,
    },
    /// A granted directory cannot be opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Grant(#[from] GrantError),
    /// The code cache failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cache(#[from] CacheError),
}

impl LoadError {
    pub(crate) fn python(error: pyodide_wasmtime::Error) -> Self {
        let reason = with_causes(&error);
        Self::Python { reason }
    }

    pub(crate) fn host(reason: String) -> Self {
        Self::Python { reason }
    }

    pub(crate) fn made(error: MakeError<LoadError>) -> Self {
        match error {
            MakeError::Make(error) => error,
            MakeError::Cache(error) => Self::Cache(error),
        }
    }
}

/// A run, or one record of it, failed.
#[derive(Debug, Error, Diagnostic)]
pub enum RunError {
    /// The agent itself answered with an error.
    #[error("{message}")]
    #[diagnostic(code(flow::agent::error))]
    Agent {
        /// What it said.
        message: String,
        /// A grant that was refused on the way.
        #[help]
        help: Option<String>,
    },
    /// The agent crashed.
    #[error("the agent crashed: {reason}")]
    #[diagnostic(code(flow::agent::trap))]
    Trap {
        /// The kind of trap, and the last lines of its log.
        reason: String,
        /// Where: the innermost frames, or the grant that was refused.
        #[help]
        help: Option<String>,
    },
    /// It took too long.
    #[error("the agent was stopped after its timeout of {}{}", in_words(*limit), calling.as_ref().map(|callee| format!(", while it called `{callee}`")).unwrap_or_default())]
    #[diagnostic(
        code(flow::agent::timeout),
        help("raise it with `--timeout`, or with `timeout` under [limits] in agent.toml")
    )]
    Timeout {
        /// The limit.
        limit: Duration,
        /// The agent whose answer it waited for.
        calling: Option<String>,
    },
    /// Ctrl-C, or nobody reads the results.
    #[error("interrupted")]
    #[diagnostic(code(flow::agent::interrupted))]
    Interrupted,
    /// It wanted too much memory.
    #[error("the agent needs more memory than its limit of {limit} bytes: it asked for {asked}")]
    #[diagnostic(
        code(flow::agent::memory),
        help("raise it with `--memory`, or with `memory` under [limits] in agent.toml")
    )]
    Memory {
        /// The limit, in bytes.
        limit: u64,
        /// What it asked for in all, in bytes.
        asked: u64,
    },
    /// It wanted too large a table.
    #[error("the agent needs more table elements than its limit of {limit}: it asked for {asked}")]
    #[diagnostic(
        code(flow::agent::table),
        help("a program that is not hostile stays far below; see `flow inspect`")
    )]
    Table {
        /// The limit, in elements.
        limit: u64,
        /// What it asked for in all, in elements.
        asked: u64,
    },
    /// One answer is too long.
    #[error("one answer of the agent is longer than its limit of {limit} bytes")]
    #[diagnostic(
        code(flow::agent::output),
        help(
            "raise it with `--limits {{output: 64mb}}`, or with `output` under [limits] in agent.toml"
        )
    )]
    Output {
        /// The limit, in bytes.
        limit: u64,
    },
    /// It used up its fuel.
    #[error("the agent used up its {limit} units of fuel")]
    #[diagnostic(
        code(flow::agent::fuel),
        help("raise it with `--fuel`, or with `fuel` under [limits] in agent.toml")
    )]
    Fuel {
        /// The limit, in units.
        limit: u64,
    },
    /// A command ended with a status other than 0.
    #[error("the command ended with status {status}{}", log.as_ref().map(|log| format!(": {log}")).unwrap_or_default())]
    #[diagnostic(code(flow::agent::status))]
    Status {
        /// Its exit status.
        status: i32,
        /// The last lines of its log.
        log: Option<String>,
        /// The grant that was refused.
        #[help]
        help: Option<String>,
    },
    /// Too many instances live at once.
    #[error("too many live instances: {limit}")]
    #[diagnostic(
        code(flow::runtime::instances),
        help(
            "use fewer `--jobs`, or raise the kernel's limit on mappings: `sysctl -w vm.max_map_count=262144`"
        )
    )]
    Instances {
        /// How many may live.
        limit: usize,
    },
    /// A value does not have the type that the export takes.
    #[error("the call does not fit: {reason}")]
    #[diagnostic(
        code(flow::call::type_mismatch),
        help("see `flow inspect` for the signature")
    )]
    Mismatch {
        /// What does not fit.
        reason: String,
    },
    /// The instance died of an earlier error.
    #[error("the agent's instance is gone: an earlier record crashed it")]
    #[diagnostic(code(flow::agent::dead))]
    Dead,
    /// The thread or pipe of a run failed.
    #[error("cannot run the agent: {reason}")]
    #[diagnostic(code(flow::runtime::host))]
    Host {
        /// What the operating system says.
        reason: String,
    },
    /// A granted directory is not there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Grant(#[from] GrantError),
    /// What the record did to the memory could not be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
    /// An engine could not be loaded.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
}

impl RunError {
    /// The same, of an agent that waited for another.
    pub(crate) fn while_calling(self, callee: Option<String>) -> Self {
        match self {
            Self::Timeout { limit, .. } => Self::Timeout {
                limit,
                calling: callee,
            },
            other => other,
        }
    }
}

/// `: did you mean …?`, where a name is close to one of `known`, with or without its interface.
fn near_miss(name: &str, known: &[String]) -> String {
    let short = |known: &'_ String| known.rsplit('#').next().unwrap_or(known).to_owned();
    let shorts: Vec<String> = known.iter().map(short).collect();
    let names = known.iter().chain(&shorts).map(String::as_str);
    let near = nearest(names, name).and_then(|near| {
        let mut whole = known.iter().zip(&shorts);
        whole.find(|(known, short)| *known == near || *short == near)
    });
    near.map(|(known, _)| format!(": did you mean `{known}`?"))
        .unwrap_or_default()
}

/// A duration as a person writes it.
fn in_words(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    match milliseconds {
        0 => format!("{duration:?}"),
        _ if milliseconds.is_multiple_of(1_000) => format!("{}sec", milliseconds / 1_000),
        _ => format!("{milliseconds}ms"),
    }
}
