//! Commands: WASI programs that read and write standard streams.

mod input;
mod output;

use std::io::BufReader;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flow_run::parallel::{MakeStage, Stage};
use flow_run::{CommandWorker, Granted};
use flow_runtime::{CancellationToken, Command, LoadError, Program, Usage};
use nu_protocol::{LabeledError, PipelineData, ShellError, Value};

use self::input::Feed;
use self::output::{Output, Results};
use super::job::Job;
use super::options::{Format, Signatures};
use super::stream;
use crate::shell::errors::{error_value, labeled};

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
    let limit = job.granted.grants.limits.output;
    let command = Command::new(program, job.granted.grants)
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let arguments = arguments(&job.name, &options.arguments);
    let (stdin, output, run) = command
        .start(&arguments, &job.granted.callees, &job.interrupt.token)
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
    let arguments = arguments(&job.name, &options.arguments);
    let cancel = job.interrupt.token.clone();
    let worker = CommandWorker::new(program, job.granted, arguments, cancel)
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let stage = CommandStage {
        worker,
        input: options.input,
        output: options.output,
        signatures: options.signatures.clone(),
    };
    let make: MakeStage<Value, Value> = Arc::new(move || Box::new(stage.clone()));
    stream::run(input, options, job.interrupt, make)
}

fn arguments(name: &str, given: &[String]) -> Vec<String> {
    let mut arguments = vec![name.to_owned()];
    arguments.extend_from_slice(given);
    arguments
}

/// A run of its own for each record.
#[derive(Clone)]
pub(crate) struct CommandStage {
    worker: CommandWorker,
    input: Option<Format>,
    output: Option<Format>,
    signatures: Signatures,
}

impl Stage<Value, Value> for CommandStage {
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

impl CommandStage {
    /// A stage without arguments and with formats that are told from the values, for `agent`.
    pub(crate) fn new(
        program: Arc<Program>,
        granted: Granted,
        agent: &str,
        signatures: Signatures,
        cancel: CancellationToken,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            worker: CommandWorker::new(program, granted, arguments(agent, &[]), cancel)?,
            input: None,
            output: None,
            signatures,
        })
    }

    /// One run with `input` as its whole input: a list is its records.
    pub(crate) fn once(&self, input: &Value) -> Result<(Vec<Value>, Usage), Value> {
        let span = input.span();
        let feed = Feed {
            format: self.input,
            signatures: self.signatures.clone(),
        };
        let bytes = feed
            .whole(input)
            .map_err(|error| Value::error(error, span))?;
        let (written, usage) = self
            .worker
            .run(bytes)
            .map_err(|error| error_value(&error, "on this record", span))?;
        let output = Output::new(BufReader::new(written.as_slice()), self.worker.limit());
        let values = output.collect(self.output, self.signatures.output.as_ref(), span)?;
        Ok((values, usage))
    }
}
