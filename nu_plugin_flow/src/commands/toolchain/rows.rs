//! Tools as rows.

use flow_doctor::toolchain::Tool;
use flow_doctor::{Diagnosis, Health};
use nu_protocol::{IntoValue, Record, Span, Value, record};

use crate::shell::examination::Examination;

/// A tool as a row.
pub(super) fn row(tool: &Tool, found: &Diagnosis, examination: &Examination, head: Span) -> Record {
    let engine = examination.record(&tool.name);
    let engine = engine.as_ref();
    let vocabulary = engine.and_then(|engine| i64::try_from(engine.vocabulary).ok());
    record! {
        "toolchain" => Value::string(tool.toolchain, head),
        "tool" => Value::string(&tool.name, head),
        "pin" => tool.pin.clone().into_value(head),
        "version" => found.version.clone().into_value(head),
        "installed" => Value::bool(found.health != Health::Missing, head),
        "ok" => Value::bool(found.health == Health::Good, head),
        "digest" => engine.map(|engine| engine.digest.to_string()).into_value(head),
        "origin" => engine.map(|engine| engine.origin.clone()).into_value(head),
        "vocabulary" => vocabulary.into_value(head),
        "found" => Value::string(&found.found, head),
        "for" => Value::string(&tool.purpose, head),
    }
}
