//! What the rules of this crate ask of values, so that they hold for any representation of them:
//! that of a shell, and [`Value`](crate::Value) where there is no shell.

use chrono::{DateTime, FixedOffset};

/// Makes values, and looks into those that it has made. Decoding and fitting are generic over
/// it, so that a text becomes a shell's own values in one pass.
pub trait Values: Sized {
    /// A value.
    type Value: Clone + 'static;
    /// The fields of a record.
    type Record: IntoIterator<Item = (String, Self::Value)> + 'static;

    /// Null.
    fn nothing(&self) -> Self::Value;
    /// A truth value.
    fn bool(&self, value: bool) -> Self::Value;
    /// An integer.
    fn int(&self, value: i64) -> Self::Value;
    /// A float.
    fn float(&self, value: f64) -> Self::Value;
    /// Text.
    fn string(&self, value: String) -> Self::Value;
    /// Bytes.
    fn binary(&self, value: Vec<u8>) -> Self::Value;
    /// A point in time.
    fn date(&self, value: DateTime<FixedOffset>) -> Self::Value;
    /// Nanoseconds.
    fn duration(&self, nanoseconds: i64) -> Self::Value;
    /// A count of bytes.
    fn filesize(&self, bytes: i64) -> Self::Value;
    /// A pattern of file names.
    fn glob(&self, pattern: &str) -> Self::Value;
    /// The range that `text` is, such as `1..3`; none where it is not one.
    fn range(&self, text: &str) -> Option<Self::Value>;
    /// The cell path that `text` is, such as `$.a.0`; none where it is not one.
    fn cell_path(&self, text: &str) -> Option<Self::Value>;
    /// A list.
    fn list(&self, items: Vec<Self::Value>) -> Self::Value;
    /// A record. No name comes twice.
    fn record(&self, fields: Vec<(String, Self::Value)>) -> Self::Value;

    /// What kind of value that is.
    fn view(value: &Self::Value) -> View<'_, Self>;
    /// The names and values of a record, in order.
    fn fields(record: &Self::Record) -> impl Iterator<Item = (&str, &Self::Value)>;
    /// The items of a list, or the value itself where it is none.
    ///
    /// # Errors
    /// Where it is no list.
    fn into_items(value: Self::Value) -> Result<Vec<Self::Value>, Self::Value>;
    /// The fields of a record, or the value itself where it is none.
    ///
    /// # Errors
    /// Where it is no record.
    fn into_record(value: Self::Value) -> Result<Self::Record, Self::Value>;
    /// The plain data that a [`View::Custom`] stands for.
    ///
    /// # Errors
    /// Why it stands for none.
    fn base(value: &Self::Value) -> Result<Self::Value, String>;
}

/// The kind of a value, with as much of its content as the rules ask for.
#[expect(missing_docs, reason = "the names are those of types")]
pub enum View<'v, V: Values> {
    Nothing,
    Bool,
    Int(i64),
    Float,
    String(&'v str),
    Binary,
    Date,
    Duration,
    Filesize,
    Range,
    CellPath,
    Glob,
    List(&'v [V::Value]),
    Record(&'v V::Record),
    /// A value of a shell's plugin, which stands for plain data.
    Custom,
    /// What is no data, with the name of its type.
    Other(&'static str),
}

impl<V: Values> View<'_, V> {
    /// The name of its type, without those of what it holds.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            View::Nothing => "nothing",
            View::Bool => "bool",
            View::Int(_) => "int",
            View::Float => "float",
            View::String(_) => "string",
            View::Binary => "binary",
            View::Date => "datetime",
            View::Duration => "duration",
            View::Filesize => "filesize",
            View::Range => "range",
            View::CellPath => "cell-path",
            View::Glob => "glob",
            View::List(_) => "list",
            View::Record(_) => "record",
            View::Custom => "custom",
            View::Other(name) => name,
        }
    }
}
