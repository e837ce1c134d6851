//! `flow eval`: several variants on the same input, compared.

use std::path::Path;
use std::time::{Duration, Instant};

use flow_runtime::{Handler, Kind, Profile, Usage};
use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{
    Category, Example, LabeledError, ShellError, Signature, Span, SyntaxShape, Type, Value, record,
};

use crate::FlowPlugin;
use crate::commands::locate;
use crate::commands::run::{CommandWorker, HandlerWorker, Signatures};
use crate::shell::errors::shell_error;
use crate::shell::grants::{self, Flags};
use crate::shell::interrupt::Interrupt;
use crate::shell::parallel::Worker;

pub(crate) struct Eval;

/// What all variants have in common.
struct Trial<'a> {
    plugin: &'a FlowPlugin,
    engine: &'a EngineInterface,
    flags: Flags,
    input: Value,
    isolate: bool,
    count_fuel: bool,
    interrupt: Interrupt,
}

/// What one variant did with the input.
struct Outcome {
    results: Vec<Value>,
    records: usize,
    failed: usize,
    error: Option<ShellError>,
    duration: Duration,
    usage: Usage,
}

impl SimplePluginCommand for Eval {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow eval"
    }

    fn description(&self) -> &str {
        "Run every built agent on the same input, and compare them."
    }

    fn extra_description(&self) -> &str {
        "Takes the table of `flow build`, or any table with a column `path`. The variants run one after the other, so that their durations can be compared; compiling is not part of them. A variant that fails is a row."
    }

    fn signature(&self) -> Signature {
        let signature = Signature::build(self.name())
            .input_output_types(vec![
                (Type::table(), Type::table()),
                (Type::list(Type::Any), Type::table()),
                (Type::record(), Type::table()),
            ])
            .required("input", SyntaxShape::Any, "a record, or a list of records")
            .switch("isolate", "give every record a fresh instance", Some('i'))
            .switch("count-fuel", "count the fuel that each variant uses", None)
            .category(Category::Experimental);
        grants::flags(signature)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["wasm", "compare", "variants", "evaluate", "benchmark"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![Example {
            example: "flow provision rust 3 | flow build | flow eval (open orders.json)",
            description: "Build three variants and compare what they make of the orders",
            result: None,
        }]
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let directory = engine.get_current_dir()?;
        let trial = Trial {
            plugin,
            engine,
            flags: Flags::read(call, Path::new(&directory))?,
            input: call.req(0)?,
            isolate: call.has_flag("isolate")?,
            count_fuel: call.has_flag("count-fuel")?,
            interrupt: Interrupt::listen(engine)?,
        };
        let variants = match input {
            Value::List { vals, .. } => vals.to_vec(),
            single => vec![single.clone()],
        };
        if variants.is_empty() {
            return Err(LabeledError::new("nothing to evaluate: the table is empty")
                .with_code("flow::eval::empty")
                .with_help("hand it the table of `flow build`")
                .with_label("here", call.head));
        }
        let rows = variants
            .iter()
            .map(|variant| trial.row(variant, Path::new(&directory), call.head))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Value::list(rows, call.head))
    }
}

impl Trial<'_> {
    /// The row of one variant. Only a table of the wrong shape is an error.
    fn row(&self, variant: &Value, directory: &Path, head: Span) -> Result<Value, LabeledError> {
        let shape = |error: ShellError| {
            LabeledError::from(error)
                .with_help("hand it the table of `flow build`: each row needs a column `path`")
        };
        let row = variant.as_record().map_err(shape)?;
        let path = row.get("path").ok_or_else(|| {
            LabeledError::new("a row has no column `path`")
                .with_code("flow::eval::path")
                .with_help("hand it the table of `flow build`")
                .with_label("this row", variant.span())
        })?;
        let text = path.as_str();
        let outcome = match text {
            Ok(text) => self.outcome(text, path.span(), directory, head),
            Err(_) => Err(row.get("error").and_then(|error| error.as_str().ok()).map_or_else(
                || LabeledError::new("it was not built").into(),
                |error| LabeledError::new(error.to_owned()).into(),
            )),
        };
        let outcome = outcome.unwrap_or_else(|error| Outcome {
            results: Vec::new(),
            records: 0,
            failed: 0,
            error: Some(error),
            duration: Duration::ZERO,
            usage: Usage {
                peak_memory: 0,
                fuel: None,
            },
        });
        Ok(self.table_row(row, outcome, head))
    }

    fn outcome(
        &self,
        path: &str,
        span: Span,
        directory: &Path,
        head: Span,
    ) -> Result<Outcome, ShellError> {
        let located = locate::locate(path, span, directory, &self.interrupt)?;
        let agent = located.agent;
        let limits = &agent.manifest.limits;
        let profile = if self.count_fuel || self.flags.fuel(limits) {
            Profile::Fuel
        } else {
            Profile::General
        };
        let failed = |error: &dyn miette::Diagnostic| shell_error(error, "this agent", span);
        let runtime = self.plugin.runtime().map_err(|error| failed(&error))?;
        let program = runtime
            .load(&located.wasm, profile)
            .map_err(|error| failed(&error))?;
        let signatures = Signatures::read(&agent, false, span)?;
        let kind = program.kind();
        let is_command = kind == Kind::Command;
        let permissions = agent.manifest.permissions();
        let grants =
            self.flags
                .grants(limits, permissions, self.engine, &agent.name, is_command)?;
        let cancel = self.interrupt.token.clone();
        match kind {
            Kind::Handler => {
                let handler = Handler::new(program, grants).map_err(|error| failed(&error))?;
                let worker = HandlerWorker::new(handler, signatures, self.isolate, cancel);
                Ok(self.handled(worker))
            }
            Kind::Command => {
                let worker = CommandWorker::new(program, grants, &agent.name, signatures, cancel)
                    .map_err(|error| failed(&error))?;
                Ok(self.commanded(&worker))
            }
            Kind::Typed | Kind::Library => Err(labeled_kind(head)),
        }
    }

    fn handled(&self, mut worker: HandlerWorker) -> Outcome {
        let records = match &self.input {
            Value::List { vals, .. } => vals.to_vec(),
            single => vec![single.clone()],
        };
        let mut outcome = Outcome::begin(records.len());
        let started = Instant::now();
        for record in records {
            for result in worker.work(record) {
                outcome.take(result);
            }
        }
        outcome.duration = started.elapsed();
        outcome.usage = worker.usage();
        outcome
    }

    fn commanded(&self, worker: &CommandWorker) -> Outcome {
        let records = match &self.input {
            Value::List { vals, .. } => vals.len(),
            _ => 1,
        };
        let mut outcome = Outcome::begin(records);
        let started = Instant::now();
        match worker.once(&self.input) {
            Ok((results, usage)) => {
                results.into_iter().for_each(|result| outcome.take(result));
                outcome.usage = usage;
            }
            Err(failed) => outcome.take(failed),
        }
        outcome.duration = started.elapsed();
        outcome
    }

    fn table_row(&self, variant: &nu_protocol::Record, outcome: Outcome, head: Span) -> Value {
        let copied = |name: &str| variant.get(name).cloned();
        let mut row = nu_protocol::Record::new();
        for name in ["id", "agent", "language"] {
            if let Some(value) = copied(name) {
                row.push(name, value);
            }
        }
        let single = !matches!(self.input, Value::List { .. });
        let Outcome {
            mut results,
            records,
            failed,
            error,
            duration,
            usage,
        } = outcome;
        let output = match (single, results.len()) {
            (true, 1) => results.pop().unwrap_or_else(|| Value::nothing(head)),
            (_, 0) if error.is_some() => Value::nothing(head),
            _ => Value::list(results, head),
        };
        let ran = duration > Duration::ZERO;
        let figure = |figure: Value| if ran { figure } else { Value::nothing(head) };
        let nanoseconds = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        let peak = i64::try_from(usage.peak_memory).unwrap_or(i64::MAX);
        let rest = record! {
            "output" => output,
            "ok" => Value::bool(error.is_none(), head),
            "error" => error.map_or_else(|| Value::nothing(head), |error| Value::string(error.to_string(), head)),
            "records" => Value::int(i64::try_from(records).unwrap_or(i64::MAX), head),
            "failed" => Value::int(i64::try_from(failed).unwrap_or(i64::MAX), head),
            "duration" => figure(Value::duration(nanoseconds, head)),
            "peak_memory" => if usage.peak_memory == 0 { Value::nothing(head) } else { Value::filesize(peak, head) },
            "fuel" => usage.fuel.map_or_else(|| Value::nothing(head), |fuel| Value::int(i64::try_from(fuel).unwrap_or(i64::MAX), head)),
        };
        row.extend(rest);
        Value::record(row, head)
    }
}

impl Outcome {
    fn begin(records: usize) -> Self {
        Self {
            results: Vec::new(),
            records,
            failed: 0,
            error: None,
            duration: Duration::ZERO,
            usage: Usage {
                peak_memory: 0,
                fuel: None,
            },
        }
    }

    /// Counts a result, or the first failure.
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

fn labeled_kind(head: Span) -> ShellError {
    LabeledError::new("it is neither a handler nor a command")
        .with_code("flow::eval::kind")
        .with_help("call a typed component with `flow call`")
        .with_label("here", head)
        .into()
}
