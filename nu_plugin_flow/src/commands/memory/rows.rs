//! Entries as rows, page by page.

use std::time::SystemTime;

use chrono::{DateTime, FixedOffset};
use flow_store::{Entry, Filter, StoreError};
use nu_plugin::EvaluatedCall;
use nu_protocol::{
    IntoValue, LabeledError, ListStream, PipelineData, ShellError, Signals, Span, Spanned, Type,
    Value, record,
};

use super::arguments::Spans;
use super::value;
use crate::shell::interrupt::Interrupt;

/// Entries of the first page: few, so that it comes at once.
const FIRST_PAGE: usize = 16;

/// Entries of a page at the most.
const LARGEST_PAGE: usize = 1_000;

/// Bytes of values in a page from which on the next is smaller.
const HEAVY: usize = 1 << 20;

/// The columns of [`row`].
pub(super) fn table() -> Type {
    let columns = [
        ("namespace", Type::String),
        ("key", Type::String),
        ("value", Type::Any),
        ("size", Type::Filesize),
        ("created", Type::Date),
        ("updated", Type::Date),
        ("expires", Type::Any),
    ];
    let columns = columns.map(|(name, kind)| (name.to_owned(), kind));
    Type::Table(columns.into_iter().collect())
}

/// An entry as a row. A value that Nushell has not is an error in its cell.
fn row(entry: Entry, head: Span) -> Value {
    let size = size(entry.value.len(), head);
    let kept = value::from_text(&entry.value, head).unwrap_or_else(|error| {
        let error = value::unreadable(&entry.namespace, &entry.key, &error, head);
        Value::error(ShellError::LabeledError(Box::new(error)), head)
    });
    let row = record! {
        "namespace" => Value::string(entry.namespace, head),
        "key" => Value::string(entry.key, head),
        "value" => kept,
        "size" => size,
        "created" => date(Some(entry.created), head),
        "updated" => date(Some(entry.updated), head),
        "expires" => date(entry.expires, head),
    };
    Value::record(row, head)
}

/// A number of bytes.
pub(super) fn size<N: TryInto<i64>>(bytes: N, head: Span) -> Value {
    Value::filesize(bytes.try_into().unwrap_or(i64::MAX), head)
}

/// A number of things.
pub(super) fn count<N: TryInto<i64>>(number: N, head: Span) -> Value {
    Value::int(number.try_into().unwrap_or(i64::MAX), head)
}

/// A time as a datetime in UTC; nothing where there is none, or none that a calendar has.
pub(super) fn date(time: Option<SystemTime>, head: Span) -> Value {
    let date = time
        .and_then(milliseconds)
        .and_then(DateTime::from_timestamp_millis);
    date.map(|date| -> DateTime<FixedOffset> { date.fixed_offset() })
        .into_value(head)
}

/// Milliseconds since 1970; none beyond 64 bits.
pub(super) fn milliseconds(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).ok(),
        Err(before) => {
            let before = i64::try_from(before.duration().as_millis()).ok()?;
            before.checked_neg()
        }
    }
}

/// The number of rows that `--first` asks for.
///
/// # Errors
/// Where it is below zero.
pub(super) fn first(call: &EvaluatedCall) -> Result<Option<usize>, LabeledError> {
    let Some(first) = call.get_flag::<Spanned<i64>>("first")? else {
        return Ok(None);
    };
    usize::try_from(first.item).map(Some).map_err(|_| {
        LabeledError::new(format!(
            "a number of rows is not below zero: {}",
            first.item
        ))
        .with_code("flow::memory::first")
        .with_help("use `--first 10`")
        .with_label("this number", first.span)
    })
}

/// Where entries come from: those after [`Filter::after`], at most [`Filter::limit`].
pub(super) type Source = Box<dyn Fn(&Filter) -> Result<Vec<Entry>, StoreError> + Send>;

/// The entries that `source` has for `filter`, at most `first`, as a table whose rows come as
/// their page is read; Ctrl-C ends it.
///
/// # Errors
/// Where the first page cannot be read; of a later page it is the last value.
pub(super) fn stream(
    source: Source,
    filter: Filter,
    first: Option<usize>,
    interrupt: Interrupt,
    spans: Spans,
) -> Result<PipelineData, LabeledError> {
    let mut pages = Pages {
        source,
        filter,
        left: first.unwrap_or(usize::MAX),
        page: FIRST_PAGE,
        waiting: Vec::new().into_iter(),
        ended: false,
    };
    pages.turn().map_err(|error| spans.tell(&error))?;
    let rows = std::iter::from_fn(move || {
        if interrupt.token.is_cancelled() {
            return None;
        }
        match pages.next()? {
            Ok(entry) => Some(row(entry, spans.head)),
            Err(error) => {
                let error = ShellError::LabeledError(Box::new(spans.tell(&error)));
                Some(Value::error(error, spans.head))
            }
        }
    });
    let stream = ListStream::new(rows, spans.head, Signals::empty());
    Ok(PipelineData::list_stream(stream, None))
}

/// Entries, of which only one page is in memory.
struct Pages {
    source: Source,
    filter: Filter,
    /// How many more are wanted.
    left: usize,
    /// How many to ask for next.
    page: usize,
    waiting: std::vec::IntoIter<Entry>,
    ended: bool,
}

impl Pages {
    /// Reads the next page. It grows as long as its values are small.
    fn turn(&mut self) -> Result<(), StoreError> {
        let limit = self.page.min(self.left);
        if self.ended || limit == 0 {
            self.ended = true;
            return Ok(());
        }
        self.filter.limit = Some(limit);
        let read = (self.source)(&self.filter);
        self.ended = read.is_err();
        let entries = read?;
        self.ended = entries.len() < limit;
        self.left -= entries.len().min(self.left);
        if let Some(last) = entries.last() {
            self.filter.after = Some((last.namespace.clone(), last.key.clone()));
        }
        let bytes: usize = entries.iter().map(|entry| entry.value.len()).sum();
        self.page = match bytes > HEAVY {
            true => (self.page / 2).max(1),
            false => (self.page * 2).min(LARGEST_PAGE),
        };
        self.waiting = entries.into_iter();
        Ok(())
    }
}

impl Iterator for Pages {
    type Item = Result<Entry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.waiting.next() {
            return Some(Ok(entry));
        }
        match self.turn() {
            Ok(()) => self.waiting.next().map(Ok),
            Err(error) => Some(Err(error)),
        }
    }
}
