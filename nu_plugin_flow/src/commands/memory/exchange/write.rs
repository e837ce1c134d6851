//! Entries to what other programs read.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat};
use flow_store::Entry;
use nu_protocol::{Record, Span, Value, record};

use super::format::{FLOW, FLOW_VERSION, Format, RUFLO, RUFLO_VERSION};
use crate::commands::memory::rows::{count, date, milliseconds};
use crate::commands::memory::value;

/// What is exported.
pub(in crate::commands::memory) struct Export {
    /// For whom.
    pub(in crate::commands::memory) format: Format,
    /// In the order of namespace and key.
    pub(in crate::commands::memory) entries: Vec<Entry>,
    /// The only namespace that was asked for, if it was one.
    pub(in crate::commands::memory) namespace: Option<String>,
    /// Now.
    pub(in crate::commands::memory) exported: SystemTime,
}

/// The export as one record.
pub(in crate::commands::memory) fn write(export: Export, head: Span) -> Value {
    match export.format {
        Format::Flow => flow(export, head),
        Format::ClaudeFlow => claude_flow(export.entries, head),
        Format::Ruflo => ruflo(export, head),
    }
}

fn flow(export: Export, head: Span) -> Value {
    let number = count(export.entries.len(), head);
    let row = |entry: Entry| {
        let row = record! {
            "namespace" => Value::string(entry.namespace, head),
            "key" => Value::string(entry.key, head),
            "value" => value::exported(&entry.value, head),
            "created" => date(Some(entry.created), head),
            "updated" => date(Some(entry.updated), head),
            "expires" => date(entry.expires, head),
        };
        Value::record(row, head)
    };
    let whole = record! {
        "schema" => Value::string(format!("{FLOW}{FLOW_VERSION}"), head),
        "exported" => date(Some(export.exported), head),
        "count" => number,
        "entries" => Value::list(export.entries.into_iter().map(row).collect(), head),
    };
    Value::record(whole, head)
}

fn ruflo(export: Export, head: Span) -> Value {
    let number = count(export.entries.len(), head);
    let at = milliseconds(export.exported).and_then(DateTime::from_timestamp_millis);
    let at = at.unwrap_or_default();
    let row = |entry: Entry| {
        let Text { text, encoding } = text(&entry.value);
        let size = count(text.len(), head);
        let row = record! {
            "key" => Value::string(entry.key, head),
            "namespace" => Value::string(entry.namespace, head),
            "value" => Value::string(text, head),
            "createdAt" => time(Some(entry.created), head),
            "updatedAt" => time(Some(entry.updated), head),
            // flow does not count reads, and has no embeddings.
            "accessCount" => Value::int(0, head),
            "hasEmbedding" => Value::bool(false, head),
            "size" => size,
            "encoding" => Value::string(encoding, head),
            "expiresAt" => time(entry.expires, head),
        };
        Value::record(row, head)
    };
    let namespace = export.namespace.map(|name| Value::string(name, head));
    let whole = record! {
        "schema" => Value::string(format!("{RUFLO}{RUFLO_VERSION}"), head),
        "exportedAt" => Value::string(at.to_rfc3339_opts(SecondsFormat::Millis, true), head),
        "namespace" => namespace.unwrap_or_else(|| Value::nothing(head)),
        "count" => number,
        "entries" => Value::list(export.entries.into_iter().map(row).collect(), head),
    };
    Value::record(whole, head)
}

fn claude_flow(entries: Vec<Entry>, head: Span) -> Value {
    let mut namespaces: Vec<(String, Vec<Value>)> = Vec::new();
    for entry in entries {
        let row = record! {
            "key" => Value::string(entry.key, head),
            "value" => Value::string(text(&entry.value).text, head),
            "namespace" => Value::string(entry.namespace.clone(), head),
            "timestamp" => time(Some(entry.updated), head),
        };
        let row = Value::record(row, head);
        match namespaces.last_mut() {
            // Entries come in the order of their namespaces.
            Some((namespace, rows)) if *namespace == entry.namespace => rows.push(row),
            _ => namespaces.push((entry.namespace, vec![row])),
        }
    }
    let fields = namespaces.into_iter();
    let fields: Record = fields
        .map(|(namespace, rows)| (namespace, Value::list(rows, head)))
        .collect();
    Value::record(fields, head)
}

/// Milliseconds since 1970, or nothing.
fn time(time: Option<SystemTime>, head: Span) -> Value {
    let milliseconds = time.and_then(milliseconds);
    milliseconds.map_or_else(|| Value::nothing(head), |number| Value::int(number, head))
}

/// A value as programs hold it that keep nothing but text.
struct Text {
    text: String,
    /// Whether it is the text itself, or its JSON.
    encoding: &'static str,
}

fn text(json: &str) -> Text {
    // A string that is written otherwise than we would write it is given back to the letter.
    let plain: Option<String> = serde_json::from_str(json).ok();
    let plain = plain.filter(|text| serde_json::to_string(text).is_ok_and(|again| again == json));
    match plain {
        Some(text) => Text {
            text,
            encoding: "text",
        },
        None => Text {
            text: json.to_owned(),
            encoding: "json",
        },
    }
}
