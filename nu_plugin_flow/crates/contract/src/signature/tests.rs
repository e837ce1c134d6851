use miette::Diagnostic;
use proptest::prelude::*;

use super::syntax::PLAIN;
use super::*;

fn read(text: &str) -> Type {
    parse_type(text).unwrap()
}

fn refusal(text: &str) -> String {
    let error = parse_type(text).unwrap_err();
    match error.help() {
        Some(help) => format!("{error}\nhelp: {help}"),
        None => error.to_string(),
    }
}

#[test]
fn reads_every_plain_type() {
    for (name, parsed) in PLAIN {
        assert_eq!(read(name), parsed, "{name}");
    }
}

#[test]
fn reads_nested_types_with_loose_separators() {
    let expected = Type::Table(
        vec![
            ("id".to_string(), Type::Int),
            ("at".to_string(), Type::Date),
            (
                "tags".to_string(),
                Type::list(Type::Record(vec![("key".to_string(), Type::String)].into())),
            ),
        ]
        .into(),
    );
    for text in [
        "table<id: int, at: datetime, tags: list<record<key: string>>>",
        "  table< id:int at:datetime,\n tags : list< record<key:string,> > , >  ",
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn containers_without_parameters_hold_anything() {
    assert_eq!(read("list"), Type::list(Type::Any));
    assert_eq!(read("record"), Type::record());
    assert_eq!(read("table<>"), Type::table());
}

#[test]
fn a_field_without_a_type_is_any() {
    let expected = vec![("a".to_string(), Type::Any), ("b".to_string(), Type::Int)];
    assert_eq!(read("record<a, b: int>"), Type::Record(expected.into()));
}

#[test]
fn field_names_may_be_quoted() {
    let expected = vec![
        ("first name".to_string(), Type::String),
        ("a\"b".to_string(), Type::Int),
        ("c,d".to_string(), Type::Bool),
    ];
    assert_eq!(
        read(r#"record<"first name": string, "a\"b": int, 'c,d': bool>"#),
        Type::Record(expected.into())
    );
}

#[test]
fn oneof_keeps_its_order() {
    let read = read("oneof<datetime, string, nothing>");
    assert_eq!(read.to_string(), "oneof<datetime, string, nothing>");
}

#[test]
fn oneof_joins_what_one_type_describes() {
    for (text, expected) in [
        (
            "oneof<int, float, oneof<string, int>>",
            "oneof<number, string>",
        ),
        ("oneof<string, any>", "oneof<any>"),
        (
            "oneof<glob, string, cell-path>",
            "oneof<glob, string, cell-path>",
        ),
        (
            "oneof<record<a: int, b: int>, record<b: string>>",
            "oneof<record<b: oneof<string, int>>>",
        ),
        (
            "oneof<list<int>, list<number>, table>",
            "oneof<list<number>, table>",
        ),
        ("oneof", "oneof"),
    ] {
        assert_eq!(read(text).to_string(), expected);
    }
}

#[test]
fn a_stream_is_typed_by_its_rows() {
    let of = |text: &str| read(text).element().to_string();
    assert_eq!(of("table<id: int>"), "record<id: int>");
    assert_eq!(of("list<oneof<int, string>>"), "oneof<int, string>");
    assert_eq!(of("record<id: int>"), "record<id: int>");
    assert_eq!(of("any"), "any");
}

#[test]
fn refusals_name_the_place_and_the_way_out() {
    let refused = [
        "itn",
        "record<id: date>",
        "record<id: int",
        "list<int, string>",
        "record<: int>",
        "record<a: int, a: int>",
        "record<'a: int>",
        "record<f: closure>",
        "int<string>",
        "int string",
        "",
        "record<a:>",
        "quux",
    ];
    let told: Vec<String> = refused.iter().map(|text| refusal(text)).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{}int{}", "list<".repeat(5_000), ">".repeat(5_000));
    assert!(refusal(&deep).starts_with("too many levels"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z<>:, \"'`\\\\é]{0,40}") {
        if let Err(error) = parse_type(&text) {
            prop_assert!(error.offset() <= text.len());
        }
    }
}
