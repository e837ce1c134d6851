//! What tables of the memory are made of.

use std::time::SystemTime;

use chrono::{DateTime, FixedOffset};
use flow_store::Entry;
use nu_protocol::{IntoValue, ShellError, Span, Type, Value, record};

use super::value;
use crate::commands::columns;

/// The type of a table of [`entry`].
pub(super) fn entries() -> Type {
    columns::table([
        ("namespace", Type::String),
        ("key", Type::String),
        ("value", Type::Any),
        ("size", Type::Filesize),
        ("created", Type::Date),
        ("updated", Type::Date),
        ("expires", Type::Any),
    ])
}

/// An entry as a row. A value that Nushell has not is an error in its cell.
pub(super) fn entry(entry: Entry, head: Span) -> Value {
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
