//! Both directions together: what travels, what is refused, what holds for
//! any value.

use flow_contract::{DecodeError, Tagging, Type, parse_type};
use miette::Diagnostic;
use nu_protocol::{Span, Value, record};

use super::*;

const SPAN: Span = Span::test_data();

fn write(value: &Value, tagging: Tagging<'_>) -> String {
    let mut text = Vec::new();
    encode(value, tagging, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn read(text: &str) -> Value {
    decode_value(text, SPAN, None).unwrap()
}

fn read_as(text: &str, expected: &str) -> Result<Value, DecodeError> {
    decode_value(text, SPAN, Some(&parse_type(expected).unwrap()))
}

fn told(error: &dyn Diagnostic) -> String {
    let help = error.help().map(|help| format!("\n  help: {help}"));
    let code = error.code().map(|code| format!("\n  code: {code}"));
    format!(
        "{error}{}{}",
        code.unwrap_or_default(),
        help.unwrap_or_default()
    )
}

fn date(text: &str) -> Value {
    Value::date(text.parse().unwrap(), SPAN)
}

fn every_kind() -> Value {
    Value::test_record(record! {
        "at" => date("2024-05-01T12:30:00.5+02:00"),
        "took" => Value::test_duration(1_500),
        "size" => Value::test_filesize(2_048),
        "raw" => Value::test_binary(b"hi"),
        "ratio" => Value::test_float(0.1),
        "whole" => Value::test_float(3.0),
        "lost" => Value::test_float(f64::NAN),
        "none" => Value::test_nothing(),
        "text" => Value::test_string("a \"quoted\"\n\u{1f600}"),
        "glob" => Value::test_glob("*.rs"),
        "flag" => Value::test_bool(true),
        "span" => Value::test_range("1..3".parse().unwrap()),
        "path" => Value::test_cell_path("a.0.b".parse().unwrap()),
    })
}

#[test]
fn plain_json_follows_to_json() {
    insta::assert_snapshot!(write(&every_kind(), Tagging::Plain));
}

#[test]
fn tags_keep_what_json_lacks() {
    insta::assert_snapshot!(write(&every_kind(), Tagging::Everywhere));
}

#[test]
fn a_signature_decides_which_values_are_tagged() {
    let row = Value::test_record(record! {
        "a" => date("2024-05-01T00:00:00Z"),
        "b" => date("2024-05-01T00:00:00Z"),
        "sizes" => Value::test_list(vec![Value::test_filesize(1), Value::test_filesize(2)]),
        "rows" => Value::test_list(vec![Value::test_record(record! {
            "took" => Value::test_duration(7),
        })]),
        "maybe" => Value::test_duration(9),
    });
    let signature = parse_type(
        "record<a: datetime, b: any, sizes: list<filesize>, rows: table<took: duration>, \
         maybe: oneof<nothing, duration>>",
    );
    let text = write(&row, Tagging::Signature(&signature.unwrap()));
    assert_eq!(
        text,
        r#"{"a":{"$datetime":"2024-05-01T00:00:00+00:00"},"b":"2024-05-01T00:00:00+00:00","#
            .to_owned()
            + r#""sizes":[{"$filesize":1},{"$filesize":2}],"rows":[{"took":{"$duration":7}}],"#
            + r#""maybe":{"$duration":9}}"#
    );
}

#[test]
fn text_is_appended_and_left_alone_on_error() {
    let mut text = b"before ".to_vec();
    encode(&Value::test_int(1), Tagging::Plain, &mut text).unwrap();
    let failing = Value::test_list(vec![Value::test_int(2), Value::test_closure(closure())]);
    assert!(encode(&failing, Tagging::Plain, &mut text).is_err());
    assert_eq!(text, b"before 1");
}

fn closure() -> nu_protocol::engine::Closure {
    nu_protocol::engine::Closure {
        block_id: nu_protocol::BlockId::new(0),
        captures: Vec::new(),
    }
}

#[test]
fn what_is_no_data_is_refused_with_its_path() {
    let within = |value| {
        Value::test_record(record! {
            "items" => Value::test_list(vec![Value::test_int(1), value]),
        })
    };
    let error = nu_protocol::ShellError::NushellFailed { msg: "boom".into() };
    let mut deep = Value::test_int(1);
    for _ in 0..200 {
        deep = Value::test_list(vec![deep]);
    }
    let refused = [
        within(Value::test_closure(closure())),
        within(Value::error(error, SPAN)),
        Value::test_range("1..".parse().unwrap()),
        deep,
    ];
    let told = refused.map(|value| {
        let error = encode(&value, Tagging::Plain, &mut Vec::new()).unwrap_err();
        told(&error).chars().take(240).collect::<String>()
    });
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn a_range_as_a_whole_is_a_list() {
    let range = Value::test_range("1..3".parse().unwrap());
    assert_eq!(write(&range, Tagging::Plain), "[1,2,3]");
}

#[test]
fn tags_become_native_values() {
    let read = read(
        r#"[{"$datetime": "2024-05-01T00:00:00Z"}, {"$duration": 5}, {"$filesize": 6}, {"$binary": "aGk="}]"#,
    );
    let expected = [
        date("2024-05-01T00:00:00Z"),
        Value::test_duration(5),
        Value::test_filesize(6),
        Value::test_binary(b"hi"),
    ];
    assert_eq!(read, Value::test_list(expected.to_vec()));
}

#[test]
fn a_tag_beside_other_fields_is_a_field() {
    let read = read(r#"{"$duration": 5, "other": 1, "$ref": "x"}"#);
    let expected = record! {
        "$duration" => Value::test_int(5),
        "other" => Value::test_int(1),
        "$ref" => Value::test_string("x"),
    };
    assert_eq!(read, Value::test_record(expected));
}

#[test]
fn emit_stands_for_zero_or_more_records() {
    let answer = |text| decode_answer(text, SPAN, None).unwrap();
    assert_eq!(answer(r#"{"$emit": []}"#), Answer::Many(Vec::new()));
    let two = vec![Value::test_int(1), Value::test_nothing()];
    assert_eq!(answer(r#"{"$emit": [1, null]}"#), Answer::Many(two));
    assert_eq!(answer("null"), Answer::One(Value::test_nothing()));
    assert_eq!(
        answer("[1]"),
        Answer::One(Value::test_list(vec![Value::test_int(1)]))
    );
}

#[test]
fn emit_further_inside_is_a_field() {
    let Answer::One(value) = decode_answer(r#"[{"$emit": [1]}]"#, SPAN, None).unwrap() else {
        panic!("not one value");
    };
    assert_eq!(write(&value, Tagging::Plain), r#"[{"$emit":[1]}]"#);
}

#[test]
fn emitted_records_are_typed_one_by_one() {
    let row = parse_type("record<at: datetime>").unwrap();
    let text = r#"{"$emit": [{"at": "2024-05-01T00:00:00Z"}]}"#;
    let Answer::Many(rows) = decode_answer(text, SPAN, Some(&row)).unwrap() else {
        panic!("not many records");
    };
    assert_eq!(
        rows,
        [Value::test_record(
            record! { "at" => date("2024-05-01T00:00:00Z") }
        )]
    );
    let bad = r#"{"$emit": [{"at": "2024-05-01T00:00:00Z"}, {"at": 3}]}"#;
    let error = decode_answer(bad, SPAN, Some(&row)).unwrap_err();
    assert!(error.to_string().contains("`$emit.1.at`"), "{error}");
}

#[test]
fn of_repeated_keys_the_last_counts() {
    assert_eq!(
        write(&read(r#"{"a": 1, "b": 2, "a": 3}"#), Tagging::Plain),
        r#"{"a":3,"b":2}"#
    );
    let many: Vec<String> = (0..40)
        .map(|index| format!("\"k{}\":{index}", index % 20))
        .collect();
    let Value::Record { val, .. } = read(&format!("{{{}}}", many.join(","))) else {
        panic!("not a record");
    };
    assert_eq!(val.len(), 20);
    assert_eq!(val.get("k3"), Some(&Value::test_int(23)));
}

#[test]
fn integers_are_exact_to_the_last_of_64_bits() {
    for number in [i64::MIN, -1, 0, i64::MAX] {
        assert_eq!(read(&number.to_string()), Value::test_int(number));
    }
}

#[test]
fn integers_beyond_64_bits_are_refused_at_their_path() {
    for number in [
        "9223372036854775808",
        "-9223372036854775809",
        "1000000000000000000000000",
    ] {
        let text = format!(r#"{{"first": 1e300, "items": [0, {{"at": {number}}}]}}"#);
        let error = decode_value(&text, SPAN, None).unwrap_err();
        assert!(
            error.to_string().contains("`items.1.at`"),
            "{number}: {error}"
        );
    }
    let error = decode_answer(
        r#"{"$emit": [9223372036854775808]}"#,
        SPAN,
        Some(&Type::Int),
    );
    assert!(error.unwrap_err().to_string().contains("`$emit.0`"));
}

#[test]
fn large_floats_stay_floats() {
    assert_eq!(read("1e300"), Value::test_float(1e300));
    assert_eq!(
        read("9223372036854775808.0"),
        Value::test_float(9223372036854775808.0)
    );
    // JavaScript writes floats up to 1e21 without an exponent.
    let read = read_as(r#"{"x": 100000000000000000000}"#, "record<x: float>").unwrap();
    assert_eq!(
        read,
        Value::test_record(record! { "x" => Value::test_float(1e20) })
    );
}

#[test]
fn every_value_has_the_span_it_was_given() {
    let span = Span::new(7, 9);
    let value = decode_value(r#"{"a": [1, {"$duration": 2}]}"#, span, None).unwrap();
    let inner = value.as_record().unwrap().get("a").unwrap();
    assert_eq!((value.span(), inner.span()), (span, span));
    assert!(
        inner
            .as_list()
            .unwrap()
            .iter()
            .all(|item| item.span() == span)
    );
}

#[test]
fn refusals_name_the_place_and_the_way_out() {
    let long = format!(
        "{{\"a\": 1,\n \"b\": [1, 2, {}oops]}}",
        "\"é\", ".repeat(20)
    );
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let refused = [
        "",
        "{",
        "hello",
        "{\"a\": 1} {",
        &long,
        "{\"items\": [1, tru]}",
        "{\"a\": 1e999}",
        "{\"$emit\": 3}",
        "{\"$emit\": [], \"a\": 1}",
        "{\"when\": {\"$datetime\": \"noon\"}}",
        "[{\"$binary\": \"a\"}]",
        "{\"n\": 18446744073709551616}",
    ];
    let mut all: Vec<String> = refused
        .iter()
        .map(|text| told(&decode_answer(text, SPAN, None).unwrap_err()))
        .collect();
    all.push(told(
        &decode_answer_bytes(b"{\"a\": \"\xff\"}", SPAN, None).unwrap_err(),
    ));
    let deep = decode_answer(&deep, SPAN, None).unwrap_err();
    assert!(matches!(&deep, DecodeError::TooDeep { .. }), "{deep}");
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn misfits_name_the_path_what_was_expected_and_what_came() {
    let cases = [
        (
            "record<items: table<at: datetime>>",
            r#"{"items": [{"at": "2024-05-01T00:00:00Z"}, {"at": 1}]}"#,
        ),
        (
            "record<items: table<at: datetime>>",
            r#"{"items": [{"at": "noon"}]}"#,
        ),
        ("record<id: int, name: string>", r#"{"id": 1, "nmae": "x"}"#),
        ("record<id: int>", r#"[1]"#),
        ("record<id: int>", r#"{"$duration": 1}"#),
        ("list<int>", r#"{"a": 1}"#),
        ("int", "1.5"),
        ("float", "null"),
        ("oneof<int, nothing>", "\"x\""),
        ("oneof<record<a: int>, nothing>", r#"{"a": "x"}"#),
        ("binary", "[1, 256]"),
        ("record<n: int>", r#"{"n": 9223372036854775808}"#),
    ];
    let told = cases.map(|(expected, text)| told(&read_as(text, expected).unwrap_err()));
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn typed_reading_gives_native_cells() {
    let text = r#"{"at": "2024-05-01T00:00:00Z", "took": 5, "size": 6, "raw": "aGk=", "bytes": [104, 105],
        "ratio": 1, "either": "2024-05-01T00:00:00Z", "more": 1}"#;
    let read = read_as(
        text,
        "record<size: filesize, at: datetime, took: duration, raw: binary, bytes: binary, \
         ratio: float, either: oneof<datetime, string>>",
    );
    let expected = record! {
        "at" => date("2024-05-01T00:00:00Z"),
        "took" => Value::test_duration(5),
        "size" => Value::test_filesize(6),
        "raw" => Value::test_binary(b"hi"),
        "bytes" => Value::test_binary(b"hi"),
        "ratio" => Value::test_float(1.0),
        "either" => date("2024-05-01T00:00:00Z"),
        "more" => Value::test_int(1),
    };
    assert_eq!(read.unwrap(), Value::test_record(expected));
}
