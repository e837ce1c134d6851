//! One variant on the input of all.

use std::path::Path;
use std::time::{Duration, Instant};

use flow_run::parallel::Stage;
use flow_run::{Loaded, Worker};
use flow_runtime::{Handler, Kind, Usage};
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, Record, ShellError, Span, Spanned, Value};

use crate::commands::agents::Named;
use crate::commands::run::{CommandStage, HandlerStage, Signatures};
use crate::plugin::FlowPlugin;
use crate::shell::errors::shell_error;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;

/// What all variants have in common.
pub(super) struct Trial<'a> {
    pub(super) plugin: &'a FlowPlugin,
    pub(super) engine: &'a EngineInterface,
    pub(super) directory: &'a Path,
    pub(super) flags: Flags,
    pub(super) input: Value,
    pub(super) isolate: bool,
    pub(super) count_fuel: bool,
    pub(super) interrupt: Interrupt,
}

/// What one variant did with the input. Figures are what was measured;
/// nothing where it did not run.
#[derive(Default)]
struct Outcome {
    results: Vec<Value>,
    failed: usize,
    error: Option<ShellError>,
    duration: Option<Duration>,
    usage: Option<Usage>,
}

impl Trial<'_> {
    /// The row of one variant. Only a table of the wrong shape is an error.
    pub(super) fn row(&self, variant: &Value, head: Span) -> Result<Value, LabeledError> {
        let columns = variant.as_record()?;
        let path = columns.get("path").ok_or_else(|| {
            LabeledError::new("a row has no column `path`")
                .with_code("flow::eval::path")
                .with_help("hand it the table of `flow build`")
                .with_label("this row", variant.span())
        })?;
        let outcome = match path {
            Value::String {
                val, internal_span, ..
            } => self.outcome(&Spanned {
                item: val.to_string(),
                span: *internal_span,
            }),
            _ => Err(not_built(columns)),
        };
        let outcome = outcome.unwrap_or_else(|error| Outcome {
            error: Some(error),
            ..Outcome::default()
        });
        let mut row = Record::new();
        for name in ["id", "agent", "language"] {
            if let Some(value) = columns.get(name) {
                row.push(name, value.clone());
            }
        }
        self.tell(&mut row, outcome, head);
        Ok(Value::record(row, head))
    }

    fn outcome(&self, path: &Spanned<String>) -> Result<Outcome, ShellError> {
        let named = Named::new(
            self.plugin,
            self.engine,
            &self.flags,
            &self.interrupt,
            path.span,
        )?;
        let Loaded { agent, program } = named.load(&path.item, self.directory, self.count_fuel)?;
        let signatures = Signatures::read(&agent, false, path.span)?;
        let kind = program.kind();
        let is_command = kind == Kind::Command;
        let granted = named.grants(&agent, is_command)?;
        let cancel = self.interrupt.token.clone();
        let failed = |error| shell_error(&error, "this agent", path.span);
        match kind {
            Kind::Handler => {
                let handler = Handler::new(program, granted.grants).map_err(failed)?;
                let worker = Worker::new(handler, granted.callees, self.isolate, cancel);
                Ok(self.handle(HandlerStage::new(worker, signatures)))
            }
            Kind::Command => CommandStage::new(program, granted, &agent.name, signatures, cancel)
                .map(|stage| self.command(&stage))
                .map_err(failed),
            Kind::Typed | Kind::Library => {
                Err(LabeledError::new("it is neither a handler nor a command")
                    .with_code("flow::eval::kind")
                    .with_help("call a typed component with `flow call`")
                    .with_label("this agent", path.span)
                    .into())
            }
        }
    }

    fn handle(&self, mut stage: HandlerStage) -> Outcome {
        let records = match &self.input {
            Value::List { vals, .. } => vals.to_vec(),
            single => vec![single.clone()],
        };
        let mut outcome = Outcome::default();
        let started = Instant::now();
        for record in records {
            for result in stage.work(record) {
                outcome.take(result);
            }
        }
        outcome.duration = Some(started.elapsed());
        outcome.usage = Some(stage.usage());
        outcome
    }

    fn command(&self, stage: &CommandStage) -> Outcome {
        let mut outcome = Outcome::default();
        let started = Instant::now();
        match stage.once(&self.input) {
            Ok((results, usage)) => {
                results.into_iter().for_each(|result| outcome.take(result));
                outcome.usage = Some(usage);
            }
            Err(failed) => outcome.take(failed),
        }
        outcome.duration = Some(started.elapsed());
        outcome
    }

    /// Adds what was found to the row.
    fn tell(&self, row: &mut Record, outcome: Outcome, head: Span) {
        let Outcome {
            mut results,
            failed,
            error,
            duration,
            usage,
        } = outcome;
        let nothing = || Value::nothing(head);
        let count = |count: u64| Value::int(i64::try_from(count).unwrap_or(i64::MAX), head);
        let records = match &self.input {
            Value::List { vals, .. } => Some(vals.len()),
            _ => None,
        };
        let output = match (records, results.len()) {
            (None, 1) => results.pop().unwrap_or_else(nothing),
            (_, 0) if error.is_some() => nothing(),
            _ => Value::list(results, head),
        };
        let nanoseconds = duration.map(|duration| duration.as_nanos());
        let nanoseconds = nanoseconds.and_then(|duration| i64::try_from(duration).ok());
        let peak = usage.and_then(|usage| i64::try_from(usage.peak_memory).ok());
        row.push("output", output);
        row.push("ok", Value::bool(error.is_none(), head));
        let error = error.map(|error| Value::string(error.to_string(), head));
        row.push("error", error.unwrap_or_else(nothing));
        let ran = duration.map(|_| count(records.unwrap_or(1) as u64));
        row.push("records", ran.unwrap_or_else(nothing));
        row.push(
            "failed",
            duration.map_or_else(nothing, |_| count(failed as u64)),
        );
        let duration = nanoseconds.map(|duration| Value::duration(duration, head));
        row.push("duration", duration.unwrap_or_else(nothing));
        let peak = peak.map(|peak| Value::filesize(peak, head));
        row.push("peak_memory", peak.unwrap_or_else(nothing));
        let fuel = usage.and_then(|usage| usage.fuel).map(count);
        row.push("fuel", fuel.unwrap_or_else(nothing));
    }
}

impl Outcome {
    /// Keeps a result, or counts a failure and keeps the first.
    fn take(&mut self, result: Value) {
        match result {
            Value::Error { error, .. } => {
                self.failed += 1;
                self.error.get_or_insert(*error);
            }
            result => self.results.push(result),
        }
    }
}

/// The error of a row of `flow build` that failed.
fn not_built(columns: &Record) -> ShellError {
    let told = columns.get("error").and_then(|error| error.as_str().ok());
    LabeledError::new(told.unwrap_or("it was not built")).into()
}
