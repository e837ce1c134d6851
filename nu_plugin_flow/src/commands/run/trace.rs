//! The calls that a record led to, as rows.

use std::time::Duration;

use flow_runtime::Call;
use nu_protocol::{Record, Span, Value};

/// What one record did: the call of the agent itself, which nobody called, and those that
/// followed, in the order in which they began.
pub(super) struct Trace {
    pub(super) agent: String,
    pub(super) duration: Duration,
    pub(super) bytes: usize,
    pub(super) error: Option<String>,
    pub(super) calls: Vec<Call>,
}

impl Trace {
    /// A row for each call.
    pub(super) fn rows(self, span: Span) -> Vec<Value> {
        let own = row(
            None,
            &self.agent,
            Some(self.duration),
            self.bytes as u64,
            self.error.as_deref(),
            span,
        );
        let calls = self.calls.iter().map(|call| {
            let Call {
                caller,
                callee,
                duration,
                bytes,
                error,
            } = call;
            row(
                Some(caller),
                callee,
                *duration,
                *bytes,
                error.as_deref(),
                span,
            )
        });
        std::iter::once(own).chain(calls).collect()
    }
}

fn row(
    caller: Option<&str>,
    callee: &str,
    duration: Option<Duration>,
    bytes: u64,
    error: Option<&str>,
    span: Span,
) -> Value {
    let text = |text: &str| Value::string(text, span);
    let nothing = || Value::nothing(span);
    let nanoseconds = duration.and_then(|duration| i64::try_from(duration.as_nanos()).ok());
    let mut row = Record::new();
    row.push("caller", caller.map_or_else(nothing, text));
    row.push("callee", text(callee));
    row.push(
        "duration",
        nanoseconds.map_or_else(nothing, |duration| Value::duration(duration, span)),
    );
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    row.push("bytes", Value::filesize(bytes, span));
    row.push("error", error.map_or_else(nothing, text));
    Value::record(row, span)
}
