//! What the doctor found, as a table.

use flow_doctor::{Diagnosis, Health};
use nu_protocol::{IntoValue, Record, Span, Value, record};

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
