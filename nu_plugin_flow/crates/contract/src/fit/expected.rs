//! What a place inside a value has to be, borrowed from a signature.

use crate::signature::kind::{Columns, Type};
use crate::values::{Values, View};

/// What a place inside a value has to be.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'t> {
    /// Nothing is asked.
    Anything,
    /// A value of this type.
    Type(&'t Type),
    /// A record with these columns: a row of a table.
    Row(&'t Columns),
    /// A list of such values.
    ListOf(&'t Expected<'t>),
}

impl<'t> Expected<'t> {
    #[inline]
    pub(crate) fn is_anything(self) -> bool {
        matches!(self, Expected::Anything | Expected::Type(Type::Any))
    }

    #[inline]
    pub(crate) fn is_list(self) -> bool {
        matches!(
            self,
            Expected::ListOf(_) | Expected::Type(Type::List(_) | Type::Table(_))
        )
    }

    /// Whether a float is asked, so that no integer is too large.
    #[inline]
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Expected::Type(Type::Float))
    }

    /// The columns of a record.
    #[inline]
    pub(crate) fn columns(self) -> Option<&'t Columns> {
        match self {
            Expected::Row(columns) | Expected::Type(Type::Record(columns)) => Some(columns),
            _ => None,
        }
    }

    /// What the items of a list have to be.
    #[inline]
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
    #[inline]
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
    #[inline]
    pub(crate) fn holds<V: Values>(self, value: &View<'_, V>) -> bool {
        let Expected::Type(expected) = self else {
            return self.is_anything();
        };
        matches!(
            (expected, value),
            (Type::Any, _)
                | (Type::Binary, View::Binary)
                | (Type::Bool, View::Bool)
                | (Type::CellPath, View::CellPath)
                | (Type::Date, View::Date)
                | (Type::Duration, View::Duration)
                | (Type::Filesize, View::Filesize)
                | (Type::Float, View::Float | View::Int(_))
                | (Type::Glob, View::Glob | View::String(_))
                | (Type::Int, View::Int(_))
                | (Type::Nothing, View::Nothing)
                | (Type::Number, View::Float | View::Int(_))
                | (Type::Range, View::Range)
                | (Type::String, View::String(_))
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
