//! Handlers: each record in, its results out.

use std::sync::Arc;
use std::time::Instant;

use flow_build::Agent;
use flow_contract::check;
use flow_run::parallel::{MakeStage, Stage};
use flow_run::{Places, Reload, Worker};
use flow_runtime::{Handler, Program, RunError, Usage};
use nu_protocol::{LabeledError, PipelineData, Value};

use super::job::Job;
use super::options::Signatures;
use super::stream;
use super::trace::Trace;
use crate::shell::errors::{error_value, labeled};
use crate::shell::json::{Answer, decode_answer, encode};
use crate::shell::values::{AtSpan, span_at};

/// Runs the handler of `agent` on the records of `input`.
pub(super) fn run(
    program: Arc<Program>,
    job: Job,
    agent: &Agent,
    places: &Places,
    count_fuel: bool,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let options = &job.options;
    let none = "it is a handler, which gets records";
    options.refuse(!options.arguments.is_empty(), "arguments after `--`", none)?;
    options.refuse(options.input.is_some(), "--input", none)?;
    options.refuse(options.output.is_some(), "--output", none)?;
    options.refuse(options.export.is_some(), "--export", none)?;
    let handler = Handler::new(program, job.granted.grants.clone())
        .map_err(|error| labeled(&error, "this agent", options.agent))?;
    let flag = job.interrupt.flag.clone();
    let reload = Reload::new(&handler, agent, &job.granted, places, count_fuel, flag);
    let (signatures, isolate) = (options.signatures.clone(), options.isolate);
    let traced = options.trace.then(|| job.name.clone());
    let (callees, cancel) = (job.granted.callees, job.interrupt.token.clone());
    // Workers have an instance each, or one for each record.
    let make: MakeStage<Value, Value> = Arc::new(move || {
        let worker = Worker::new(handler.clone(), callees.clone(), isolate, cancel.clone());
        Box::new(HandlerStage {
            traced: traced.clone(),
            ..HandlerStage::new(worker.reloading(reload.clone()), signatures.clone())
        })
    });
    stream::run(input, options, job.interrupt, make)
}

/// Hands Nushell's values to a worker, and makes values of its answers.
pub(crate) struct HandlerStage {
    worker: Worker,
    signatures: Signatures,
    /// The agent's name, where the calls of each record take the place of its results.
    traced: Option<String>,
    /// Reused for the input of every record.
    text: Vec<u8>,
}

impl Stage<Value, Value> for HandlerStage {
    fn work(&mut self, record: Value) -> Vec<Value> {
        let span = record.span();
        let began = Instant::now();
        let mut bytes = 0;
        let answer = self.answer(record, &mut bytes);
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
                calls: self.worker.take_calls(),
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

impl HandlerStage {
    pub(crate) fn new(worker: Worker, signatures: Signatures) -> Self {
        Self {
            worker,
            signatures,
            traced: None,
            text: Vec::new(),
        }
    }

    /// What all records so far used; fuel is their sum.
    pub(crate) fn usage(&self) -> Usage {
        self.worker.usage()
    }

    /// The answer to `record`, or an error value. What the record did to the memory is
    /// written if its answer can be used. `bytes` are those of both.
    fn answer(&mut self, record: Value, bytes: &mut usize) -> Result<Answer, Value> {
        if let Value::Error { .. } = record {
            return Err(record);
        }
        let span = record.span();
        if let Some(ty) = &self.signatures.input {
            check::<AtSpan>(&record, ty).map_err(|error| {
                error_value(
                    &error,
                    "this does not fit the agent's signature",
                    span_at(&record, error.path()),
                )
            })?;
        }
        self.text.clear();
        encode(&record, self.signatures.tagging(), &mut self.text)
            .map_err(|error| error_value(&error, "from this input", error.span()))?;
        *bytes = self.text.len();
        let on_record = |error: RunError| error_value(&error, "on this record", span);
        let text = std::str::from_utf8(&self.text).map_err(|error| {
            on_record(RunError::Host {
                reason: error.to_string(),
            })
        })?;
        let answer = self.worker.call(text).map_err(on_record)?;
        *bytes = bytes.saturating_add(answer.text().len());
        let decoded = decode_answer(answer.text(), span, self.signatures.output.as_ref())
            .map_err(|error| error_value(&error, "from this record", span))?;
        answer.commit().map_err(on_record)?;
        Ok(decoded)
    }
}

/// A traceback would not fit into a table.
fn first_line(text: &str) -> Option<String> {
    text.lines().next().map(str::to_owned)
}
