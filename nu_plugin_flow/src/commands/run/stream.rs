//! From a pipeline to workers and back.

use flow_run::parallel::{self, MakeStage};
use nu_protocol::{
    ByteStream, LabeledError, ListStream, PipelineData, ShellError, Signals, Span, Value,
};

use super::options::{OnError, Options};
use crate::shell::interrupt::Interrupt;

/// Applies [`OnError`] to results.
pub(crate) struct Failures {
    on_error: OnError,
    stopped: bool,
}

impl Failures {
    pub(crate) fn new(on_error: OnError) -> Self {
        Self {
            on_error,
            stopped: false,
        }
    }

    /// Whether `value` goes on; after a `None` nothing more does.
    fn pass(&mut self, value: &Value) -> Option<bool> {
        if self.stopped {
            return None;
        }
        let failed = matches!(value, Value::Error { .. });
        self.stopped = failed && self.on_error == OnError::Stop;
        Some(!failed || self.on_error != OnError::Skip)
    }

    /// The values that go on.
    pub(crate) fn filter(
        mut self,
        values: impl Iterator<Item = Value>,
    ) -> impl Iterator<Item = Value> {
        let mut values = values;
        std::iter::from_fn(move || {
            loop {
                if self.stopped {
                    return None;
                }
                let value = values.next()?;
                if self.pass(&value)? {
                    return Some(value);
                }
            }
        })
    }
}

/// The records of a pipeline.
pub(crate) enum Records {
    /// A single value, whose result is a single value too.
    One(Value),
    /// A list, a table, a range or a stream.
    Many(Box<dyn Iterator<Item = Value> + Send>),
}

/// Takes a pipeline apart: lists, tables, ranges and streams are many records,
/// everything else is one; bytes are collected.
pub(crate) fn records(input: PipelineData, head: Span) -> Result<Records, ShellError> {
    Ok(match input {
        PipelineData::Empty => Records::One(Value::nothing(head)),
        PipelineData::Value(Value::List { vals, .. }, _) => {
            Records::Many(Box::new(vals.into_owned().into_iter()))
        }
        PipelineData::Value(
            Value::Range {
                val, internal_span, ..
            },
            _,
        ) => Records::Many(Box::new(
            val.into_range_iter(internal_span, Signals::empty()),
        )),
        PipelineData::Value(value, _) => Records::One(value),
        PipelineData::ListStream(stream, _) => Records::Many(Box::new(stream.into_inner())),
        PipelineData::ByteStream(stream, _) => Records::One(ByteStream::into_value(stream)?),
    })
}

/// Has workers work on the records, and returns their results as a pipeline.
pub(crate) fn run(
    input: PipelineData,
    options: &Options,
    interrupt: Interrupt,
    make: MakeStage<Value, Value>,
) -> Result<PipelineData, LabeledError> {
    let head = options.head;
    match records(input, head)? {
        Records::One(record) => {
            let mut results = make().work(record);
            match (results.len(), results.pop()) {
                (1, Some(Value::Error { .. })) if options.on_error == OnError::Skip => {
                    Ok(PipelineData::empty())
                }
                (1, Some(Value::Error { error, .. })) => Err(LabeledError::from(*error)),
                (1, Some(result)) => Ok(PipelineData::value(result, None)),
                (_, last) => {
                    results.extend(last);
                    Ok(PipelineData::value(Value::list(results, head), None))
                }
            }
        }
        Records::Many(records) => {
            let cancel = interrupt.token.clone();
            let values: Box<dyn Iterator<Item = Value> + Send> = if options.jobs == 1 {
                in_turn(records, make)
            } else {
                let ordered = !options.unordered;
                let results = parallel::work(records, options.jobs, ordered, &make, cancel)
                    .map_err(|error| {
                        LabeledError::new(format!("cannot start the jobs: {error}"))
                            .with_code("flow::run::threads")
                            .with_help("use fewer `--jobs`")
                            .with_label("these jobs", head)
                    })?;
                Box::new(results)
            };
            let values = Failures::new(options.on_error).filter(values);
            Ok(stream(values, head, interrupt))
        }
    }
}

/// One worker, in the thread that takes the results.
fn in_turn(
    mut records: Box<dyn Iterator<Item = Value> + Send>,
    make: MakeStage<Value, Value>,
) -> Box<dyn Iterator<Item = Value> + Send> {
    let mut worker = None;
    let mut current = Vec::new().into_iter();
    Box::new(std::iter::from_fn(move || {
        loop {
            if let Some(value) = current.next() {
                return Some(value);
            }
            let record = records.next()?;
            current = worker
                .get_or_insert_with(|| make())
                .work(record)
                .into_iter();
        }
    }))
}

/// The values as a stream that stops at Ctrl-C, and stops the agents when it
/// is dropped.
pub(crate) fn stream(
    mut values: impl Iterator<Item = Value> + Send + 'static,
    head: Span,
    interrupt: Interrupt,
) -> PipelineData {
    let guard = CancelOnDrop(interrupt);
    let values = std::iter::from_fn(move || {
        if guard.0.token.is_cancelled() {
            return None;
        }
        values.next()
    });
    PipelineData::list_stream(ListStream::new(values, head, Signals::empty()), None)
}

/// Cancels what still runs when nobody reads the results any more.
struct CancelOnDrop(Interrupt);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.token.cancel();
    }
}
