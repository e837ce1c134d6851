//! Why an agent could not be built.

use std::{
    io,
    path::{Path, PathBuf},
};

use flow_cache::{CacheError, MakeError};
use flow_process::ProcessError;
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use thiserror::Error;

use crate::{
    agent::error::AgentError,
    bundle::BundleError,
    diagnostics::{Level, Message},
    interpreter::InterpreterError,
    plan_error::PlanError,
    python::error::PythonError,
    scaffold::error::ScaffoldError,
};

/// An agent could not be built.
#[derive(Debug, Error, Diagnostic)]
pub enum BuildError {
    /// There is no such agent.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Agent(#[from] AgentError),
    /// A tool is missing, or the project asks for what there is not.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Plan(#[from] PlanError),
    /// The packages of a Python agent cannot be had.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Python(#[from] PythonError),
    /// A bundle is none, or is damaged.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Bundle(#[from] BundleError),
    /// The interpreter of the agent's language cannot be had.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Interpreter(#[from] InterpreterError),
    /// The compiler found errors.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Compile(Box<CompileError>),
    /// A tool failed without a message about the source.
    #[error(
        "`{tool}` failed with status {status} on agent `{agent}`: {}",
        last_line(stderr)
    )]
    #[diagnostic(
        code(flow::build::tool_failed),
        help("run it by hand to see what it does: `{command}`")
    )]
    ToolFailed {
        /// The agent.
        agent: String,
        /// The program.
        tool: String,
        /// Its exit status.
        status: i32,
        /// The whole command, as for a shell.
        command: String,
        /// What it wrote to stderr.
        stderr: String,
    },
    /// A tool could not be run, or was cancelled.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Process(#[from] ProcessError),
    /// The cache failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cache(#[from] CacheError),
    /// The SDK beside the agent could not be brought up to date.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scaffold(#[from] ScaffoldError),
    /// The build was cancelled before it was done.
    #[error("building was cancelled: `{agent}`")]
    #[diagnostic(
        code(flow::build::cancelled),
        help("run the command again; what was built is kept")
    )]
    Cancelled {
        /// The agent.
        agent: String,
    },
    /// Somebody kept changing the sources during the build.
    #[error("the sources changed while they were built: `{agent}`")]
    #[diagnostic(
        code(flow::build::sources_changed),
        help("run the command again when they are saved")
    )]
    SourcesChanged {
        /// The agent.
        agent: String,
    },
    /// What was built is no agent.
    #[error("not an agent: `{}`: {reason}", path.display())]
    #[diagnostic(code(flow::build::not_an_agent))]
    NotAnAgent {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        #[help]
        help: String,
    },
    /// A file of the agent cannot be read or written.
    #[error("cannot {action}: `{}`", path.display())]
    #[diagnostic(
        code(flow::build::io),
        help("make the path accessible, and see that the disk is not full")
    )]
    Io {
        /// A verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
}

impl BuildError {
    /// A file that cannot be read or written; `action` is a verb.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> BuildError {
        BuildError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

impl From<CompileError> for BuildError {
    fn from(error: CompileError) -> BuildError {
        BuildError::Compile(Box::new(error))
    }
}

impl From<MakeError<BuildError>> for BuildError {
    fn from(error: MakeError<BuildError>) -> BuildError {
        match error {
            MakeError::Cache(error) => error.into(),
            MakeError::Make(error) => error,
        }
    }
}

/// The compiler's errors and warnings about one agent.
#[derive(Debug, Error)]
#[error("{}", self.text())]
pub struct CompileError {
    /// The agent.
    pub agent: String,
    /// All messages, by place; at least one is an error.
    pub messages: Vec<Message>,
    /// The file of the first error, where there is one and it can be read.
    source_code: Option<NamedSource<String>>,
}

impl CompileError {
    /// An error about the agent that lives in `root`.
    pub(crate) fn new(agent: &str, root: &Path, messages: Vec<Message>) -> CompileError {
        let mut error = CompileError {
            agent: agent.to_owned(),
            messages,
            source_code: None,
        };
        if let Some(place) = error.first().and_then(|message| message.place.as_ref()) {
            let text = std::fs::read_to_string(root.join(&place.file)).ok();
            error.source_code =
                text.map(|text| NamedSource::new(place.file.display().to_string(), text));
        }
        error
    }

    /// The first error.
    pub fn first(&self) -> Option<&Message> {
        self.messages
            .iter()
            .find(|message| message.level == Level::Error)
    }

    /// The number of errors, without warnings.
    pub fn errors(&self) -> usize {
        self.messages
            .iter()
            .filter(|message| message.level == Level::Error)
            .count()
    }

    fn text(&self) -> String {
        let first = self.first();
        let place = first.and_then(|message| message.place.as_ref());
        let place = place.map(|place| {
            format!(
                " ({}:{}:{})",
                place.file.display(),
                place.line,
                place.column
            )
        });
        let more = match self.errors() {
            0 | 1 => String::new(),
            errors => format!(", and {} more", errors - 1),
        };
        let message = first.map_or("no message", |message| &message.message);
        format!(
            "agent `{}` does not compile: {message}{}{more}",
            self.agent,
            place.unwrap_or_default()
        )
    }
}

impl Diagnostic for CompileError {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new("flow::build::compile"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let first = self.first()?;
        Some(Box::new(match &first.code {
            Some(code) if code.starts_with('E') => {
                format!("correct the source; `rustc --explain {code}` says more about this error")
            }
            _ => "correct the source".to_owned(),
        }))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source_code.as_ref()?)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source_code.as_ref()?;
        let message = self.first()?;
        let span = SourceSpan::from(message.place.as_ref()?.span());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            Some(message.message.clone()),
            span,
        ))))
    }
}

fn last_line(stderr: &str) -> &str {
    let error = stderr.lines().find(|line| line.starts_with("error"));
    error
        .or_else(|| stderr.lines().rfind(|line| !line.trim().is_empty()))
        .unwrap_or("it said nothing")
        .trim()
}
