//! What a place inside a value has to be, borrowed from a signature.

use nu_protocol::{CollectionColumns, Type, Value};

/// What a place inside a value has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected<'t> {
    /// Nothing is asked.
    Anything,
    /// A value of this type.
    Type(&'t Type),
    /// A record with these columns: a row of a table.
    Row(&'t CollectionColumns<Type>),
    /// A list of such values.
    ListOf(&'t Expected<'t>),
}

impl<'t> Expected<'t> {
    pub(crate) fn is_anything(self) -> bool {
        matches!(self, Expected::Anything | Expected::Type(Type::Any))
    }

    pub(crate) fn is_list(self) -> bool {
        matches!(
            self,
            Expected::ListOf(_) | Expected::Type(Type::List(_) | Type::Table(_))
        )
    }

    /// Whether a float is asked, so that no integer is too large.
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Expected::Type(Type::Float))
    }

    /// The columns of a record.
    pub(crate) fn columns(self) -> Option<&'t CollectionColumns<Type>> {
        match self {
            Expected::Row(columns) | Expected::Type(Type::Record(columns)) => Some(columns),
            _ => None,
        }
    }

    /// What the items of a list have to be.
    pub(crate) fn item(self) -> Expected<'t> {
        match self {
            Expected::Type(Type::List(item)) => Expected::Type(item),
            Expected::Type(Type::Table(columns)) => Expected::Row(columns),
            Expected::ListOf(item) => *item,
            _ => Expected::Anything,
        }
    }

    /// What the field `name` of a record has to be; `position` is where the
    /// field stands, which mostly is where the signature has it too.
    pub(crate) fn column(self, name: &str, position: usize) -> Expected<'t> {
        let Some(columns) = self.columns() else {
            return Expected::Anything;
        };
        let in_place = columns.iter().nth(position);
        let column = match in_place {
            Some((found, column)) if found == name => Some(column),
            _ => columns.get(name),
        };
        column.map_or(Expected::Anything, Expected::Type)
    }

    /// Whether `value`, which is no record, list or custom value where those
    /// are asked, is what is expected as it stands.
    pub(crate) fn holds(self, value: &Value) -> bool {
        let Expected::Type(expected) = self else {
            return self.is_anything();
        };
        matches!(
            (expected, value),
            (Type::Any, _)
                | (Type::Binary, Value::Binary { .. })
                | (Type::Bool, Value::Bool { .. })
                | (Type::CellPath, Value::CellPath { .. })
                | (Type::Date, Value::Date { .. })
                | (Type::Duration, Value::Duration { .. })
                | (Type::Filesize, Value::Filesize { .. })
                | (Type::Float, Value::Float { .. } | Value::Int { .. })
                | (Type::Glob, Value::Glob { .. } | Value::String { .. })
                | (Type::Int, Value::Int { .. })
                | (Type::Nothing, Value::Nothing { .. })
                | (Type::Number, Value::Float { .. } | Value::Int { .. })
                | (Type::Range, Value::Range { .. })
                | (Type::String, Value::String { .. })
        )
    }
}

impl std::fmt::Display for Expected<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Expected::Anything => formatter.write_str("any"),
            Expected::Type(expected) => write!(formatter, "{expected}"),
            Expected::Row(columns) => write!(formatter, "record{columns}"),
            Expected::ListOf(item) => write!(formatter, "list<{item}>"),
        }
    }
}
