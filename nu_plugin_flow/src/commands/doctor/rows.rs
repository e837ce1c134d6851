//! What the doctor found, as a table.

use flow_doctor::{Diagnosis, Health};
use nu_protocol::{IntoValue, Record, Span, Type, Value, record};

/// The columns of [`row`].
pub(super) fn columns() -> Type {
    let columns = [
        ("check", Type::String),
        ("tool", Type::String),
        ("version", Type::String),
        ("ok", Type::Bool),
        ("state", Type::String),
        ("found", Type::String),
        ("needed_for", Type::String),
        ("optional", Type::Bool),
        ("mend", Type::String),
    ];
    let columns = columns.map(|(name, ty)| (name.to_owned(), ty));
    Type::Table(columns.into_iter().collect())
}

/// One thing that was looked at.
pub(super) fn row(diagnosis: Diagnosis, head: Span) -> Record {
    record! {
        "check" => Value::string(diagnosis.check, head),
        "tool" => Value::string(diagnosis.tool, head),
        "version" => diagnosis.version.into_value(head),
        "ok" => Value::bool(diagnosis.health == Health::Good, head),
        "state" => Value::string(diagnosis.health.as_str(), head),
        "found" => Value::string(diagnosis.found, head),
        "needed_for" => Value::string(diagnosis.needed_for, head),
        "optional" => Value::bool(diagnosis.optional, head),
        "mend" => diagnosis.mend.into_value(head),
    }
}
