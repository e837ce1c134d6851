//! Nushell values and the JSON text in which the memory keeps them.
//!
//! Types that JSON lacks travel under a tag, as agents see them: `{"$datetime": "…"}`. In an
//! export the tags stand as records, so that no format that the export goes through can lose
//! them; a text that this would not give back to the letter stands as `{"$json": "<the text>"}`.

use flow_contract::{DecodeError, MAXIMUM_DEPTH, Path, Segment, Tag, Tagging, base64_text};
use miette::Diagnostic;
use nu_protocol::{LabeledError, Record, Span, Value, record};
use thiserror::Error;

use crate::shell::errors::labeled;
use crate::shell::json::{decode_value, encode};

/// The key of a text that is given back to the letter.
const JSON: &str = "$json";

/// Deeper values are exported as text: other programs follow less far than flow does.
const EXPORTED_DEPTH: usize = 64;

/// A value that would not come back as it was.
#[derive(Debug, Error, Diagnostic)]
#[error("{kind} cannot be kept{}", path.place())]
#[diagnostic(code(flow::memory::value))]
struct Unkept {
    /// Where in the value.
    path: Path,
    /// What it is, with its article.
    kind: &'static str,
    span: Span,
    #[help]
    help: &'static str,
}

/// The text of a value.
///
/// # Errors
/// Where the value would not come back as it was, with the span of the part that would not.
pub(super) fn to_text(value: &Value) -> Result<String, LabeledError> {
    check(value, 0).map_err(|unkept| labeled(&unkept, "this value", unkept.span))?;
    let mut text = Vec::new();
    encode(value, Tagging::Everywhere, &mut text)
        .map_err(|error| labeled(&error, "this value", error.span()))?;
    let text = String::from_utf8(text).map_err(|error| unwritten(&error, value.span()))?;
    // A record of the user's own can have the form of a tag without being one.
    match decode_value(&text, value.span(), None) {
        Ok(_) => Ok(text),
        Err(error) => Err(unwritten(&error, value.span())),
    }
}

/// The error about a value whose text says something else.
fn unwritten(reason: &dyn std::error::Error, span: Span) -> LabeledError {
    LabeledError::new(format!("the value would not come back: {reason}"))
        .with_code("flow::memory::value")
        .with_help("keys that begin with `$` are reserved: name the field otherwise")
        .with_label("this value", span)
}

/// Refuses what JSON text would turn into something else.
fn check(value: &Value, depth: usize) -> Result<(), Unkept> {
    let unkept = |kind, help| {
        Err(Unkept {
            path: Path::root(),
            kind,
            span: value.span(),
            help,
        })
    };
    if depth > MAXIMUM_DEPTH {
        // Refused with its path when it is written.
        return Ok(());
    }
    match value {
        Value::Range { .. } => unkept("a range", "make it a list: `1..3 | each {|n| $n }`"),
        Value::CellPath { .. } => unkept("a cell path", "make it text with `into string`"),
        Value::Glob { .. } => unkept("a glob", "make it text with `into string`"),
        Value::Closure { .. } => unkept("a closure", "keep its text, or data only"),
        Value::Float { val, .. } if !val.is_finite() => unkept(
            "a float that is no number",
            "JSON has neither NaN nor infinity: keep null or text",
        ),
        Value::List { vals, .. } => vals.iter().enumerate().try_for_each(|(index, item)| {
            check(item, depth + 1).map_err(|unkept| unkept.under(Segment::Index(index)))
        }),
        Value::Record { val, .. } => val.iter().try_for_each(|(name, field)| {
            check(field, depth + 1).map_err(|unkept| unkept.under(Segment::Field(name.to_owned())))
        }),
        Value::Custom { val, .. } => match val.to_base_value(value.span()) {
            Ok(base) => check(&base, depth + 1),
            Err(_) => unkept("a custom value", "turn it into plain data first"),
        },
        _ => Ok(()),
    }
}

impl Unkept {
    fn under(mut self, segment: Segment) -> Unkept {
        self.path.push_outer(segment);
        self
    }
}

/// The value of a text.
///
/// # Errors
/// Where Nushell has no such value: an integer beyond 64 bits, say, that an agent wrote.
pub(super) fn from_text(text: &str, span: Span) -> Result<Value, DecodeError> {
    decode_value(text, span, None)
}

/// The error about an entry whose text is no value of Nushell's.
pub(super) fn unreadable(
    namespace: &str,
    key: &str,
    error: &DecodeError,
    span: Span,
) -> LabeledError {
    LabeledError::new(format!(
        "the value of `{key}` in `{namespace}` is none of Nushell's: {error}"
    ))
    .with_code("flow::memory::unreadable")
    .with_help(format!(
        "`flow memory export {namespace}` has it as text, `flow memory delete {namespace} {key}` takes it away"
    ))
    .with_label("this key", span)
}

/// A text as it stands in an export: [`imported`] gives back the same text, whichever format the
/// export has gone through.
pub(super) fn exported(text: &str, span: Span) -> Value {
    plain(text, span)
        .unwrap_or_else(|| Value::record(record! { JSON => Value::string(text, span) }, span))
}

/// The value of a text with tags as records; none where writing it gives another text.
fn plain(text: &str, span: Span) -> Option<Value> {
    let value = from_text(text, span).ok()?;
    let mut again = Vec::new();
    encode(&value, Tagging::Everywhere, &mut again).ok()?;
    (again == text.as_bytes() && verbatim(&value).is_none())
        .then(|| untyped(value, 0))
        .flatten()
}

/// A value with tags as records, so that it holds nothing but what JSON has; none where it is
/// too deep, or has a number that not every writer of JSON keeps.
fn untyped(value: Value, depth: usize) -> Option<Value> {
    if depth > EXPORTED_DEPTH {
        return None;
    }
    let span = value.span();
    let tagged = |tag: Tag, payload| Value::record(record! { tag.key() => payload }, span);
    Some(match value {
        Value::Date { val, .. } => tagged(Tag::Datetime, Value::string(val.to_rfc3339(), span)),
        Value::Duration { val, .. } => tagged(Tag::Duration, Value::int(val, span)),
        Value::Filesize { val, .. } => tagged(Tag::Filesize, Value::int(val.get(), span)),
        Value::Binary { val, .. } => tagged(Tag::Binary, Value::string(base64_text(&val), span)),
        Value::List { vals, .. } => {
            let items = vals.into_owned().into_iter();
            let items = items.map(|item| untyped(item, depth + 1));
            Value::list(items.collect::<Option<_>>()?, span)
        }
        Value::Record { val, .. } => {
            let fields = val.into_owned().into_iter();
            let fields = fields.map(|(name, field)| Some((name, untyped(field, depth + 1)?)));
            Value::record(fields.collect::<Option<Record>>()?, span)
        }
        // `to json` writes it without its sign, unless it is told to write all in one line.
        Value::Float { val, .. } if val == 0.0 && val.is_sign_negative() => return None,
        other => other,
    })
}

/// The text that a value of an export stands for.
///
/// # Errors
/// As [`to_text`].
pub(super) fn imported(value: &Value) -> Result<String, LabeledError> {
    match verbatim(value) {
        Some(text) => Ok(text.to_owned()),
        None => to_text(value),
    }
}

/// The text in `{"$json": "<text>"}`.
fn verbatim(value: &Value) -> Option<&str> {
    let Value::Record { val, .. } = value else {
        return None;
    };
    match val.get_index(0) {
        Some((name, Value::String { val: text, .. })) if name == JSON && val.len() == 1 => {
            Some(text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use nu_protocol::{Range, ShellError};
    use proptest::prelude::*;

    use super::*;

    const SPAN: Span = Span::test_data();

    /// What a file of JSON makes of a value: types that JSON lacks would be gone.
    fn through_json(value: &Value) -> Value {
        let mut text = Vec::new();
        encode(value, Tagging::Plain, &mut text).unwrap();
        decode_value(std::str::from_utf8(&text).unwrap(), SPAN, None).unwrap()
    }

    fn stands_as_text(text: &str) -> bool {
        verbatim(&exported(text, SPAN)).is_some()
    }

    #[test]
    fn values_of_types_that_json_lacks_come_back() {
        let date = chrono::DateTime::parse_from_rfc3339("2026-11-28T21:00:00.25+02:00").unwrap();
        let value = Value::test_list(vec![
            Value::test_date(date),
            Value::test_duration(-1),
            Value::test_filesize(i64::MAX),
            Value::test_binary([0, 255]),
            Value::test_float(1.0),
            Value::test_int(i64::MIN),
            Value::test_nothing(),
        ]);
        let text = to_text(&value).unwrap();
        insta::assert_snapshot!(text);
        assert_eq!(from_text(&text, SPAN).unwrap(), value);
    }

    #[test]
    fn an_export_holds_nothing_but_what_json_has() {
        let value = Value::test_record(record! {
            "for" => Value::test_list(vec![Value::test_duration(1_500), Value::test_binary("hi")]),
        });
        let shown = exported(&to_text(&value).unwrap(), SPAN);
        assert_eq!(
            shown.to_parsable_string(", ", &nu_protocol::Config::default()),
            "{for: [{$duration: 1500}, {$binary: 'aGk='}]}"
        );
    }

    #[test]
    fn a_text_that_nushell_would_write_otherwise_is_exported_to_the_letter() {
        for text in [
            "1e3",
            "[-0.0]",
            "18446744073709551616",
            r#""\u0061""#,
            r#"{"a":1,"a":2}"#,
            r#"{"$datetime":"2026-11-28T21:00:00Z"}"#,
            r#"{"$datetime":"yesterday"}"#,
            r#"{"$json":"1"}"#,
        ] {
            let shown = exported(text, SPAN);
            assert_eq!(verbatim(&shown), Some(text));
            assert_eq!(imported(&through_json(&shown)).unwrap(), text);
        }
        for text in [
            "1000.0",
            "9223372036854775807",
            r#"{"b":1,"a":[{"$json":"1"}]}"#,
            "null",
        ] {
            assert!(!stands_as_text(text), "{text}");
        }
    }

    #[test]
    fn a_value_that_is_too_deep_for_others_is_exported_as_text() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!stands_as_text(&nested(EXPORTED_DEPTH)));
        for depth in [EXPORTED_DEPTH + 2, 100, 500] {
            assert!(stands_as_text(&nested(depth)), "{depth}");
        }
    }

    #[test]
    fn what_would_not_come_back_is_refused_with_its_place() {
        let within = |value: Value| {
            Value::test_record(record! { "a" => Value::test_list(vec![Value::test_int(1), value]) })
        };
        let range: Range = "1..3".parse().unwrap();
        let told = [
            Value::test_range(range),
            Value::test_glob("*.rs"),
            Value::test_float(f64::NAN),
            Value::test_record(record! { "$datetime" => Value::test_string("yesterday") }),
            Value::error(
                ShellError::NushellFailed {
                    msg: "broken".into(),
                },
                SPAN,
            ),
        ];
        let told = told.map(|value| {
            let error = to_text(&within(value)).unwrap_err();
            let help = error.help.as_deref().unwrap_or_default();
            format!(
                "{}\n{}\n{help}",
                error.msg,
                error.code.as_deref().unwrap_or_default()
            )
        });
        insta::assert_snapshot!(told.join("\n\n"));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::test_bool),
            any::<i64>().prop_map(Value::test_int),
            any::<f64>()
                .prop_filter("finite", |float| float.is_finite())
                .prop_map(Value::test_float),
            any::<i64>().prop_map(Value::test_duration),
            any::<i64>().prop_map(Value::test_filesize),
            any::<String>().prop_map(Value::test_string),
            proptest::collection::vec(any::<u8>(), 0..20).prop_map(Value::test_binary),
            Just(Value::test_nothing()),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::test_list),
                proptest::collection::btree_map(r"\$json|[^$]{0,5}", inner, 0..5)
                    .prop_map(|fields| Value::test_record(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_export_gives_back_the_same_text(value in any_value()) {
            let text = to_text(&value).unwrap();
            let shown = exported(&text, SPAN);
            prop_assert_eq!(imported(&shown).unwrap(), text.clone());
            prop_assert_eq!(imported(&through_json(&shown)).unwrap(), text);
        }
    }
}
