//! The types themselves, and how they are written.

use std::fmt;

/// What values can be. The text of a type is the one that Nushell gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Every value.
    Any,
    /// Bytes.
    Binary,
    /// True or false.
    Bool,
    /// A path into a value: `$.items.0`.
    CellPath,
    /// A point in time with an offset from UTC.
    Date,
    /// Nanoseconds.
    Duration,
    /// Bytes, as a count.
    Filesize,
    /// A float of 64 bits.
    Float,
    /// A pattern of file names.
    Glob,
    /// An integer of 64 bits.
    Int,
    /// Items of one type.
    List(Box<Type>),
    /// Null.
    Nothing,
    /// An int or a float.
    Number,
    /// A value of any of these types.
    OneOf(Vec<Type>),
    /// Numbers from one to another: `1..3`.
    Range,
    /// Named fields.
    Record(Columns),
    /// Text.
    String,
    /// Records with the same fields.
    Table(Columns),
}

/// The fields of a record, or of each row of a table, in the order in which they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<(String, Type)>);

/// The types of one record that an agent takes and of one result that it gives; none where
/// anything goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Of a record.
    pub input: Option<Type>,
    /// Of a result.
    pub output: Option<Type>,
}

impl Type {
    /// A list of such items.
    pub fn list(item: Type) -> Type {
        Type::List(Box::new(item))
    }

    /// A record that need not have any field.
    pub fn record() -> Type {
        Type::Record(Columns::default())
    }

    /// A table that need not have any column.
    pub fn table() -> Type {
        Type::Table(Columns::default())
    }

    /// What each single record of a stream has to be, where this type describes the whole
    /// pipeline: `table<id: int>` and `list<record<id: int>>` stand for a stream of
    /// `record<id: int>`, every other type for single values of it.
    #[must_use]
    pub fn element(&self) -> Type {
        match self {
            Type::Table(columns) => Type::Record(columns.clone()),
            Type::List(item) => item.as_ref().clone(),
            single => single.clone(),
        }
    }
}

impl Columns {
    /// The type of the field of that name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Type> {
        let column = self.0.iter().find(|(known, _)| known == name);
        column.map(|(_, column)| column)
    }

    /// All names and types.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, (String, Type)> {
        self.0.iter()
    }
}

impl From<Vec<(String, Type)>> for Columns {
    fn from(columns: Vec<(String, Type)>) -> Columns {
        Columns(columns)
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let columns = self.0.iter();
        let columns = columns.map(|(name, column)| format!("{name}: {column}"));
        write!(formatter, "<{}>", columns.collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Type::Any => "any",
            Type::Binary => "binary",
            Type::Bool => "bool",
            Type::CellPath => "cell-path",
            Type::Date => "datetime",
            Type::Duration => "duration",
            Type::Filesize => "filesize",
            Type::Float => "float",
            Type::Glob => "glob",
            Type::Int => "int",
            Type::Nothing => "nothing",
            Type::Number => "number",
            Type::Range => "range",
            Type::String => "string",
            Type::List(item) => return write!(formatter, "list<{item}>"),
            Type::Record(columns) => return write!(formatter, "record{columns}"),
            Type::Table(columns) => return write!(formatter, "table{columns}"),
            Type::OneOf(members) if members.is_empty() => "oneof",
            Type::OneOf(members) => {
                let members: Vec<_> = members.iter().map(Type::to_string).collect();
                return write!(formatter, "oneof<{}>", members.join(", "));
            }
        })
    }
}
