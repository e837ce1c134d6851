//! The values themselves.

use chrono::{DateTime, FixedOffset};

use super::cell_path::normal_cell_path;
use super::range::Range;
use crate::values::{Values, View};

/// A value, of the types that signatures know.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of types")]
pub enum Value {
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    Binary(Vec<u8>),
    Date(DateTime<FixedOffset>),
    /// Nanoseconds.
    Duration(i64),
    /// Bytes.
    Filesize(i64),
    Range(Range),
    /// As Nushell writes it.
    CellPath(String),
    Glob(String),
    List(Vec<Value>),
    Record(Vec<(String, Value)>),
}

/// Makes a [`Value`].
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Values for Plain {
    type Value = Value;
    type Record = Vec<(String, Value)>;

    fn nothing(&self) -> Value {
        Value::Nothing
    }

    fn bool(&self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn int(&self, value: i64) -> Value {
        Value::Int(value)
    }

    fn float(&self, value: f64) -> Value {
        Value::Float(value)
    }

    fn string(&self, value: String) -> Value {
        Value::String(value)
    }

    fn binary(&self, value: Vec<u8>) -> Value {
        Value::Binary(value)
    }

    fn date(&self, value: DateTime<FixedOffset>) -> Value {
        Value::Date(value)
    }

    fn duration(&self, nanoseconds: i64) -> Value {
        Value::Duration(nanoseconds)
    }

    fn filesize(&self, bytes: i64) -> Value {
        Value::Filesize(bytes)
    }

    fn glob(&self, pattern: &str) -> Value {
        Value::Glob(pattern.to_owned())
    }

    fn range(&self, text: &str) -> Option<Value> {
        Range::parse(text).map(Value::Range)
    }

    fn cell_path(&self, text: &str) -> Option<Value> {
        normal_cell_path(text).map(Value::CellPath)
    }

    fn list(&self, items: Vec<Value>) -> Value {
        Value::List(items)
    }

    fn record(&self, fields: Vec<(String, Value)>) -> Value {
        Value::Record(fields)
    }

    fn view(value: &Value) -> View<'_, Plain> {
        match value {
            Value::Nothing => View::Nothing,
            Value::Bool(_) => View::Bool,
            Value::Int(value) => View::Int(*value),
            Value::Float(_) => View::Float,
            Value::String(text) => View::String(text),
            Value::Binary(_) => View::Binary,
            Value::Date(_) => View::Date,
            Value::Duration(_) => View::Duration,
            Value::Filesize(_) => View::Filesize,
            Value::Range(_) => View::Range,
            Value::CellPath(_) => View::CellPath,
            Value::Glob(_) => View::Glob,
            Value::List(items) => View::List(items),
            Value::Record(fields) => View::Record(fields),
        }
    }

    fn fields(record: &Vec<(String, Value)>) -> impl Iterator<Item = (&str, &Value)> {
        record.iter().map(|(name, value)| (name.as_str(), value))
    }

    fn into_items(value: Value) -> Result<Vec<Value>, Value> {
        match value {
            Value::List(items) => Ok(items),
            other => Err(other),
        }
    }

    fn into_record(value: Value) -> Result<Vec<(String, Value)>, Value> {
        match value {
            Value::Record(fields) => Ok(fields),
            other => Err(other),
        }
    }

    fn base(value: &Value) -> Result<Value, String> {
        Ok(value.clone())
    }
}
