//! Commands: WASI programs that read and write standard streams.

mod input;
mod output;

use std::io::{BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flow_runtime::{CancellationToken, Command, Grants, LoadError, Program, RunError, Usage};
use nu_protocol::{LabeledError, PipelineData, ShellError, Span, Value};

use self::input::Feed;
use self::output::{Output, Results};
use super::options::{Format, Signatures};
use super::{Job, stream};
use crate::shell::errors::{error_value, labeled};
use crate::shell::parallel::{MakeWorker, Worker};

/// Why there is no table of the calls of a command.
const UNTRACED: &str = "it is a command, whose calls belong to no record";

/// Runs the command once, with the whole input on its standard input.
pub(super) fn stream(
    program: Arc<Program>,
    job: Job,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let options = &job.options;
    let one =
        "it is a command, which reads all records in one run; use `--isolate` to run it for each";
    options.refuse(options.jobs > 1, "--jobs", one)?;
    options.refuse(options.unordered, "--unordered", one)?;
    options.refuse(options.trace, "--trace", UNTRACED)?;
    options.refuse(options.export.is_some(), "--export", "it is a command")?;
    let limit = job.grants.limits.output;
    let command = Command::new(program, job.grants)
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let arguments = arguments(&job.name, &options.arguments);
    let (stdin, output, run) = command
        .start(&arguments, &job.interrupt.token)
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let feed = Feed {
        format: options.input,
        signatures: options.signatures.clone(),
    };
    let failed: Arc<Mutex<Option<ShellError>>> = Arc::default();
    let slot = failed.clone();
    let head = options.head;
    thread::Builder::new()
        .name("flow-input".into())
        .spawn(move || {
            if let Err(error) = feed.pipeline(input, stdin, head) {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        })
        .map_err(|error| {
            LabeledError::new(format!("cannot start the command: {error}"))
                .with_label("this agent", options.agent)
        })?;
    let on_error = options.on_error;
    let results = Results {
        format: options.output,
        signature: options.signatures.output.clone(),
        limit,
        agent: options.agent,
        head,
    };
    output::pipeline(output, run, results, on_error, failed, job.interrupt)
}

/// Runs the command once for each record.
pub(super) fn isolated(
    program: Arc<Program>,
    job: Job,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let options = &job.options;
    options.refuse(options.export.is_some(), "--export", "it is a command")?;
    options.refuse(options.trace, "--trace", UNTRACED)?;
    let name = &job.name;
    let cancel = job.interrupt.token.clone();
    let signatures = options.signatures.clone();
    let worker = CommandWorker::new(program, job.grants, name, signatures, cancel)
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let worker = CommandWorker {
        arguments: arguments(name, &options.arguments),
        input: options.input,
        output: options.output,
        ..worker
    };
    let make: MakeWorker = Arc::new(move || Box::new(worker.clone()));
    stream::run(input, options, job.interrupt, make)
}

fn arguments(name: &str, given: &[String]) -> Vec<String> {
    let mut arguments = vec![name.to_owned()];
    arguments.extend_from_slice(given);
    arguments
}

/// A run of its own for each record.
#[derive(Clone)]
pub(crate) struct CommandWorker {
    command: Command,
    arguments: Vec<String>,
    input: Option<Format>,
    output: Option<Format>,
    signatures: Signatures,
    limit: u64,
    cancel: CancellationToken,
}

impl Worker for CommandWorker {
    fn work(&mut self, record: Value) -> Vec<Value> {
        if let Value::Error { .. } = record {
            return vec![record];
        }
        match self.once(&record) {
            Ok((values, _)) => values,
            Err(failed) => vec![failed],
        }
    }
}

impl CommandWorker {
    /// A worker without arguments and with formats that are told from the
    /// values, for `agent`.
    pub(crate) fn new(
        program: Arc<Program>,
        grants: Grants,
        agent: &str,
        signatures: Signatures,
        cancel: CancellationToken,
    ) -> Result<Self, LoadError> {
        let limit = grants.limits.output;
        Ok(Self {
            command: Command::new(program, grants)?,
            arguments: vec![agent.to_owned()],
            input: None,
            output: None,
            signatures,
            limit,
            cancel,
        })
    }

    /// One run with `input` as its whole input: a list is its records.
    pub(crate) fn once(&self, input: &Value) -> Result<(Vec<Value>, Usage), Value> {
        let span = input.span();
        let failed = |error: RunError| error_value(&error, "on this record", span);
        let feed = Feed {
            format: self.input,
            signatures: self.signatures.clone(),
        };
        let bytes = feed
            .whole(input)
            .map_err(|error| Value::error(error, span))?;
        let (mut stdin, output, run) = self
            .command
            .start(&self.arguments, &self.cancel)
            .map_err(failed)?;
        let mut written = Vec::new();
        let ended = thread::scope(|scope| {
            scope.spawn(move || {
                // A command may end before it has read everything.
                let _ = std::io::Write::write_all(&mut stdin, &bytes);
            });
            let mut limited = output.take(self.limit.saturating_add(1));
            let read = limited.read_to_end(&mut written);
            if read.is_ok_and(|length| length as u64 > self.limit) {
                // Stopped here: the writer waits for as long as it runs.
                drop(run);
                return Err(RunError::Output { limit: self.limit });
            }
            run.finish()
        });
        let usage = ended.map_err(failed)?;
        let output = Output::new(BufReader::new(written.as_slice()), self.limit);
        let values = output.collect(self.output, self.signatures.output.as_ref(), span)?;
        Ok((values, usage))
    }
}

/// The span of an error about the run as a whole.
pub(super) fn whole(error: &RunError, agent: Span) -> ShellError {
    crate::shell::errors::shell_error(error, "this agent", agent)
}
