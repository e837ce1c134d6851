//! Handlers: each record in, its results out.

use std::sync::Arc;

use flow_runtime::{CancellationToken, Handler, Instance, Program, RunError, Usage};
use nu_protocol::{LabeledError, PipelineData, Value};

use super::live::{Live, Source};
use super::options::Signatures;
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
    let cancel = job.interrupt.token.clone();
    // Workers have an instance each, or one for each record.
    let worker = move || HandlerWorker {
        live: live.clone(),
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
    /// Reused for the input of every record.
    text: Vec<u8>,
    peak_memory: u64,
    fuel: Option<u64>,
}

impl Worker for HandlerWorker {
    fn work(&mut self, record: Value) -> Vec<Value> {
        match self.answer(record) {
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

    /// The answer to `record`, or an error value.
    fn answer(&mut self, record: Value) -> Result<Answer, Value> {
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
        let answer = self
            .call()
            .map_err(|error| error_value(&error, "on this record", span))?;
        decode_answer(&answer, span, self.signatures.output.as_ref())
            .map_err(|error| error_value(&error, "from this record", span))
    }

    fn call(&mut self) -> Result<String, RunError> {
        self.refresh();
        let mut instance = match self.instance.take() {
            Some(instance) => instance,
            None => self.handler.spawn(&self.cancel)?,
        };
        let text = std::str::from_utf8(&self.text).map_err(|error| RunError::Host {
            reason: error.to_string(),
        })?;
        let answer = instance.call(text);
        self.peak_memory = self.peak_memory.max(instance.peak_memory());
        if let Some(fuel) = instance.fuel_used() {
            self.fuel = Some(self.fuel.unwrap_or(0).saturating_add(fuel));
        }
        if instance.is_alive() && !self.isolate {
            self.instance = Some(instance);
        }
        answer
    }
}
