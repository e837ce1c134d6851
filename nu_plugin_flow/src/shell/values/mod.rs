//! Nushell's values, as the rules of `flow-contract` make them and look into them.

use chrono::{DateTime, FixedOffset};
use flow_contract::{Path, Segment, Values, View};
use nu_protocol::{Filesize, Record, Span, Value};

/// Makes values that all have this span.
#[derive(Clone, Copy, Debug)]
pub struct AtSpan(pub Span);

impl Values for AtSpan {
    type Value = Value;
    type Record = Record;

    #[inline]
    fn nothing(&self) -> Value {
        Value::nothing(self.0)
    }

    #[inline]
    fn bool(&self, value: bool) -> Value {
        Value::bool(value, self.0)
    }

    #[inline]
    fn int(&self, value: i64) -> Value {
        Value::int(value, self.0)
    }

    #[inline]
    fn float(&self, value: f64) -> Value {
        Value::float(value, self.0)
    }

    #[inline]
    fn string(&self, value: String) -> Value {
        Value::string(value, self.0)
    }

    fn binary(&self, value: Vec<u8>) -> Value {
        Value::binary(value, self.0)
    }

    fn date(&self, value: DateTime<FixedOffset>) -> Value {
        Value::date(value, self.0)
    }

    fn duration(&self, nanoseconds: i64) -> Value {
        Value::duration(nanoseconds, self.0)
    }

    fn filesize(&self, bytes: i64) -> Value {
        Value::filesize(Filesize::new(bytes), self.0)
    }

    fn glob(&self, pattern: &str) -> Value {
        Value::glob(pattern, false, self.0)
    }

    fn range(&self, text: &str) -> Option<Value> {
        text.parse().ok().map(|range| Value::range(range, self.0))
    }

    fn cell_path(&self, text: &str) -> Option<Value> {
        text.parse().ok().map(|path| Value::cell_path(path, self.0))
    }

    #[inline]
    fn list(&self, items: Vec<Value>) -> Value {
        Value::list(items, self.0)
    }

    #[inline]
    fn record(&self, fields: Vec<(String, Value)>) -> Value {
        // In place: a record is such a vector.
        Value::record(fields.into_iter().collect(), self.0)
    }

    #[inline]
    fn view(value: &Value) -> View<'_, AtSpan> {
        match value {
            Value::Nothing { .. } => View::Nothing,
            Value::Bool { .. } => View::Bool,
            Value::Int { val, .. } => View::Int(*val),
            Value::Float { .. } => View::Float,
            Value::String { val, .. } => View::String(val),
            Value::Binary { .. } => View::Binary,
            Value::Date { .. } => View::Date,
            Value::Duration { .. } => View::Duration,
            Value::Filesize { .. } => View::Filesize,
            Value::Range { .. } => View::Range,
            Value::CellPath { .. } => View::CellPath,
            Value::Glob { .. } => View::Glob,
            Value::List { vals, .. } => View::List(vals),
            Value::Record { val, .. } => View::Record(&**val),
            Value::Custom { .. } => View::Custom,
            Value::Closure { .. } => View::Other("closure"),
            Value::Error { .. } => View::Other("error"),
        }
    }

    #[inline]
    fn fields(record: &Record) -> impl Iterator<Item = (&str, &Value)> {
        record.iter().map(|(name, value)| (name.as_str(), value))
    }

    #[inline]
    fn into_items(value: Value) -> Result<Vec<Value>, Value> {
        match value {
            Value::List { vals, .. } => Ok(vals.into_owned()),
            other => Err(other),
        }
    }

    #[inline]
    fn into_record(value: Value) -> Result<Record, Value> {
        match value {
            Value::Record { val, .. } => Ok(val.into_owned()),
            other => Err(other),
        }
    }

    fn base(value: &Value) -> Result<Value, String> {
        match value {
            Value::Custom { val, .. } => val
                .to_base_value(value.span())
                .map_err(|error| error.to_string()),
            plain => Ok(plain.clone()),
        }
    }
}

/// Where the part of `value` at `path` comes from: errors of the contract know no spans.
pub fn span_at(value: &Value, path: &Path) -> Span {
    follow(value, path.segments())
}

fn follow<'p>(value: &Value, mut steps: impl Iterator<Item = &'p Segment> + Clone) -> Span {
    let outer = steps.clone();
    let inner = match (value, steps.next()) {
        (Value::Record { val, .. }, Some(Segment::Field(name))) => val.get(name),
        (Value::List { vals, .. }, Some(Segment::Index(index))) => vals.get(*index),
        (Value::Custom { .. }, Some(_)) => {
            return AtSpan::base(value).map_or(value.span(), |base| follow(&base, outer));
        }
        _ => None,
    };
    inner.map_or(value.span(), |inner| follow(inner, steps))
}

#[cfg(test)]
mod tests;
