//! Each format, there and back.

use std::time::{Duration, SystemTime};

use flow_contract::Tagging;
use flow_store::Entry;
use nu_protocol::{Span, Value};

use super::*;
use crate::shell::json::{decode_value, encode};

const SPAN: Span = Span::test_data();

/// A time so many milliseconds after one in November 2026.
fn at(milliseconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_000_000_000 + milliseconds)
}

fn entry(namespace: &str, key: &str, value: &str, expires: Option<SystemTime>) -> Entry {
    Entry {
        namespace: namespace.into(),
        key: key.into(),
        value: value.into(),
        created: at(0),
        updated: at(1),
        expires,
    }
}

fn entries() -> Vec<Entry> {
    vec![
        entry("notes", "text", r#""5""#, None),
        entry(
            "orders",
            "1",
            r#"{"at":{"$datetime":"2026-11-28T21:00:00+00:00"}}"#,
            Some(at(2)),
        ),
        entry("orders", "2", "1e3", None),
    ]
}

fn export(format: Format) -> Value {
    let order = Export {
        format,
        entries: entries(),
        namespace: None,
        exported: at(3),
    };
    write(order, SPAN)
}

fn json(value: &Value) -> String {
    let mut text = Vec::new();
    encode(value, Tagging::Plain, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The value as it is in a file of JSON, apart from the tags, which `from json` leaves alone.
fn parse(text: &str) -> Value {
    decode_value(text, SPAN, None).unwrap()
}

fn fields(entry: &Entry) -> (&str, &str, &str, SystemTime, SystemTime, Option<SystemTime>) {
    let Entry {
        namespace,
        key,
        value,
        created,
        updated,
        expires,
    } = entry;
    (namespace, key, value, *created, *updated, *expires)
}

#[test]
fn our_own_format_is_as_documented() {
    insta::assert_snapshot!(json(&export(Format::Flow)));
}

#[test]
fn ruflo_gets_its_fields_and_two_of_ours() {
    insta::assert_snapshot!(json(&export(Format::Ruflo)));
}

#[test]
fn claude_flow_gets_its_fields() {
    insta::assert_snapshot!(json(&export(Format::ClaudeFlow)));
}

#[test]
fn our_own_format_and_that_of_ruflo_come_back_whole() {
    for format in [Format::Flow, Format::Ruflo] {
        let export = export(format);
        for input in [export.clone(), parse(&json(&export))] {
            let read = read(&input, at(9)).unwrap();
            assert_eq!(read.format, format);
            let expected = entries();
            let expected: Vec<_> = expected.iter().map(fields).collect();
            assert_eq!(
                read.entries.iter().map(fields).collect::<Vec<_>>(),
                expected
            );
        }
    }
}

#[test]
fn claude_flow_keeps_texts_and_the_time_of_their_change() {
    let read = read(&export(Format::ClaudeFlow), at(9)).unwrap();
    assert_eq!(read.format, Format::ClaudeFlow);
    let first = read.entries.first().unwrap();
    assert_eq!(
        fields(first),
        ("notes", "text", r#""5""#, at(1), at(1), None)
    );
    let second = read.entries.get(1).unwrap();
    let text = r#""{\"at\":{\"$datetime\":\"2026-11-28T21:00:00+00:00\"}}""#;
    assert_eq!(second.value, text);
}

#[test]
fn null_and_what_has_no_namespace_are_read_as_claude_flow_means_them() {
    let b = r#"{"schema": "ruflo-memory-export/v1", "exportedAt": "2026-11-28T21:00:00Z",
        "namespace": null, "count": 2, "entries": [
        {"key": "lost", "namespace": "a", "value": null, "createdAt": 1, "updatedAt": 2},
        {"key": "kept", "namespace": null, "value": "[1]", "hasEmbedding": true}]}"#;
    let read = read(&parse(b), at(9)).unwrap();
    let skipped = read.skipped.first().unwrap();
    assert_eq!(
        (
            skipped.namespace.as_str(),
            skipped.key.as_str(),
            skipped.reason.as_str()
        ),
        ("a", "lost", "its value is null")
    );
    let entries: Vec<_> = read.entries.iter().map(fields).collect();
    assert_eq!(
        entries,
        [("default", "kept", r#""[1]""#, at(9), at(9), None)]
    );
}

#[test]
fn rows_without_times_are_of_now() {
    let read = read(
        &parse(r#"[{"namespace": "a", "key": "b", "value": [null]}]"#),
        at(9),
    )
    .unwrap();
    let entries: Vec<_> = read.entries.iter().map(fields).collect();
    assert_eq!(entries, [("a", "b", "[null]", at(9), at(9), None)]);
}

#[test]
fn what_is_malformed_is_said_with_its_place() {
    let told = [
        "1",
        r#"{"schema": "flow-memory-export/v2", "entries": []}"#,
        r#"{"schema": "acme/v1", "entries": []}"#,
        r#"{"schema": "flow-memory-export/v1"}"#,
        r#"{"schema": "flow-memory-export/v1", "entries": {}}"#,
        r#"{"schema": "flow-memory-export/v1", "entries": [{"namespace": "a", "key": "b"}]}"#,
        r#"{"schema": "flow-memory-export/v1", "entries": [{"namespace": "a", "key": 1, "value": 1}]}"#,
        r#"[{"namespace": "a", "key": "b", "value": 1, "created": "soon"}]"#,
        r#"{"a": 1}"#,
        r#"{"a": [1]}"#,
        r#"{"a b": [{"key": "k", "value": "v"}, {"key": "k", "value": "v", "timestamp": "now"}]}"#,
        r#"{"schema": "ruflo-memory-export/v1", "entries": [{"key": "k", "value": "v", "namespace": 7}]}"#,
    ];
    let told = told.map(|text| match read(&parse(text), at(9)) {
        Ok(_) => format!("{text}: was read"),
        Err(error) => format!("{}: {}", error.code.unwrap_or_default(), error.msg),
    });
    insta::assert_snapshot!(told.join("\n"));
}
