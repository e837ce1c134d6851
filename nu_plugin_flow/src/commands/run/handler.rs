//! Handlers: each record in, its results out.

use std::sync::Arc;
use std::time::Instant;

use flow_runtime::{Call, CancellationToken, Handler, Instance, Program, RunError, Usage};
use nu_protocol::{LabeledError, PipelineData, Value};

use super::live::{Live, Source};
use super::options::Signatures;
use super::trace::Trace;
use super::{Job, stream};
use crate::shell::errors::{error_value, labeled};
use crate::shell::json::{Answer, decode_answer, encode};
use crate::shell::parallel::{MakeWorker, Worker};
use crate::shell::typed::check;

/// Runs the handler on the records of `input`.
pub(super) fn run(
    program: Arc<Program>,
    job: Job,
    source: Source,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let options = &job.options;
    let none = "it is a handler, which gets records";
    options.refuse(!options.arguments.is_empty(), "arguments after `--`", none)?;
    options.refuse(options.input.is_some(), "--input", none)?;
    options.refuse(options.output.is_some(), "--output", none)?;
    options.refuse(options.export.is_some(), "--export", none)?;
    let handler = Handler::new(program, job.grants)
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let live = Live::new(source, handler.clone());
    let (signatures, isolate) = (options.signatures.clone(), options.isolate);
    let traced = options.trace.then(|| job.name.clone());
    let cancel = job.interrupt.token.clone();
    // Workers have an instance each, or one for each record.
    let worker = move || HandlerWorker {
        live: live.clone(),
        traced: traced.clone(),
        ..HandlerWorker::new(handler.clone(), signatures.clone(), isolate, cancel.clone())
    };
    let make: MakeWorker = Arc::new(move || Box::new(worker()));
    stream::run(input, options, job.interrupt, make)
}

/// Works with one instance, or a fresh one for each record.
pub(crate) struct HandlerWorker {
    handler: Handler,
    signatures: Signatures,
    isolate: bool,
    cancel: CancellationToken,
    instance: Option<Instance>,
    /// Where its sources may change, and how often they had when it was made.
    live: Option<Live>,
    generation: u64,
    /// The agent's name, where the calls of each record take the place of its results.
    traced: Option<String>,
    /// Reused for the input of every record.
    text: Vec<u8>,
    peak_memory: u64,
    fuel: Option<u64>,
}

impl Worker for HandlerWorker {
    fn work(&mut self, record: Value) -> Vec<Value> {
        let span = record.span();
        let mut calls = Vec::new();
        let began = Instant::now();
        let mut bytes = 0;
        let answer = self.answer(record, &mut bytes, &mut calls);
        if let Some(agent) = self.traced.clone() {
            let error = match answer {
                Err(Value::Error { error, .. }) => first_line(&error.to_string()),
                _ => None,
            };
            let trace = Trace {
                agent,
                duration: began.elapsed(),
                bytes,
                error,
                calls,
            };
            return trace.rows(span);
        }
        match answer {
            Ok(Answer::One(value)) => vec![value],
            Ok(Answer::Many(values)) => values,
            Err(failed) => vec![failed],
        }
    }
}

impl HandlerWorker {
    pub(crate) fn new(
        handler: Handler,
        signatures: Signatures,
        isolate: bool,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            handler,
            signatures,
            isolate,
            cancel,
            instance: None,
            live: None,
            generation: 0,
            traced: None,
            text: Vec::new(),
            peak_memory: 0,
            fuel: None,
        }
    }

    /// Takes up what changed in the sources.
    fn refresh(&mut self) {
        let newer = self
            .live
            .as_ref()
            .and_then(|live| live.newer(self.generation));
        if let Some((generation, handler)) = newer {
            self.generation = generation;
            self.handler = handler;
            self.instance = None;
        }
    }

    /// What all records so far used; fuel is their sum.
    pub(crate) fn usage(&self) -> Usage {
        Usage {
            peak_memory: self.peak_memory,
            fuel: self.fuel,
        }
    }

    /// The answer to `record`, or an error value. What the record did to the memory is
    /// written if its answer can be used. `bytes` are those of both, `calls` those that it
    /// led to.
    fn answer(
        &mut self,
        record: Value,
        bytes: &mut usize,
        calls: &mut Vec<Call>,
    ) -> Result<Answer, Value> {
        if let Value::Error { .. } = record {
            return Err(record);
        }
        let span = record.span();
        if let Some(ty) = &self.signatures.input {
            check(&record, ty).map_err(|error| {
                error_value(
                    &error,
                    "this does not fit the agent's signature",
                    error.span(),
                )
            })?;
        }
        self.text.clear();
        encode(&record, self.signatures.tagging(), &mut self.text)
            .map_err(|error| error_value(&error, "from this input", error.span()))?;
        *bytes = self.text.len();
        let on_record = |error: RunError| error_value(&error, "on this record", span);
        let mut instance = self.instance().map_err(on_record)?;
        let answer = std::str::from_utf8(&self.text).map_err(|error| RunError::Host {
            reason: error.to_string(),
        });
        let answer = answer.and_then(|text| instance.call(text));
        *calls = instance.take_calls();
        let answer = answer.map_err(on_record).and_then(|answer| {
            *bytes = bytes.saturating_add(answer.len());
            let decoded = decode_answer(&answer, span, self.signatures.output.as_ref())
                .inspect_err(|_| instance.discard())
                .map_err(|error| error_value(&error, "from this record", span))?;
            instance.commit().map_err(on_record)?;
            Ok(decoded)
        });
        self.keep(instance);
        answer
    }

    /// The instance of the last record, or a fresh one.
    fn instance(&mut self) -> Result<Instance, RunError> {
        self.refresh();
        match self.instance.take() {
            Some(instance) => Ok(instance),
            None => self.handler.spawn(&self.cancel),
        }
    }

    /// Counts what the instance used, and keeps it for the next record.
    fn keep(&mut self, instance: Instance) {
        self.peak_memory = self.peak_memory.max(instance.peak_memory());
        if let Some(fuel) = instance.fuel_used() {
            self.fuel = Some(self.fuel.unwrap_or(0).saturating_add(fuel));
        }
        if instance.is_alive() && !self.isolate {
            self.instance = Some(instance);
        }
    }
}

/// A traceback would not fit into a table.
fn first_line(text: &str) -> Option<String> {
    text.lines().next().map(str::to_owned)
}
