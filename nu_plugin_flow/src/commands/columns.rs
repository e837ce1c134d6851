//! The types of tables and records whose columns are known.

use nu_protocol::Type;

/// The type of a table with these columns.
pub(crate) fn table<const N: usize>(columns: [(&str, Type); N]) -> Type {
    let columns = columns.into_iter();
    Type::Table(columns.map(|(name, of)| (name.to_owned(), of)).collect())
}

/// The type of a record with these fields.
pub(crate) fn record<const N: usize>(fields: [(&str, Type); N]) -> Type {
    let fields = fields.into_iter();
    Type::Record(fields.map(|(name, of)| (name.to_owned(), of)).collect())
}
