//! What holds for any value and any bytes.

use flow_contract::{Tagging, Type, check, parse_type};
use nu_protocol::{Span, Value};
use proptest::prelude::*;

use super::*;
use crate::shell::values::AtSpan;

const SPAN: Span = Span::test_data();

fn write(value: &Value, tagging: Tagging<'_>) -> String {
    let mut text = Vec::new();
    encode(value, tagging, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn read(text: &str) -> Value {
    decode_value(text, SPAN, None).unwrap()
}

fn any_value() -> impl Strategy<Value = Value> {
    // RFC 3339 ends at the year 9999.
    let dates = (0..250_000_000_000_i64, 0..1_000_000_000_u32, -1_000..1_000).prop_map(
        |(seconds, nanoseconds, offset)| {
            let offset = chrono::FixedOffset::east_opt(offset * 60 / 60 * 60).unwrap();
            let utc = chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap();
            Value::date(utc.with_timezone(&offset), SPAN)
        },
    );
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
        dates,
        Just(Value::test_nothing()),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::test_list),
            proptest::collection::btree_map("[^$]{0,6}", inner, 0..6)
                .prop_map(|fields| Value::test_record(fields.into_iter().collect())),
        ]
    })
}

/// The type of a value, as precise as types get.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Record { val, .. } => {
            let fields = val
                .iter()
                .map(|(name, value)| (name.clone(), type_of(value)));
            Type::Record(fields.collect::<Vec<_>>().into())
        }
        Value::List { vals, .. } => match vals.as_slice() {
            [only] => Type::list(type_of(only)),
            _ => Type::list(Type::Any),
        },
        other => parse_type(&other.get_type().to_string()).unwrap(),
    }
}

proptest! {
    #[test]
    fn tagged_values_come_back_as_they_were(value in any_value()) {
        let text = write(&value, Tagging::Everywhere);
        prop_assert_eq!(read(&text), value);
    }

    #[test]
    fn typed_values_come_back_tagged_or_plain_and_fit(value in any_value()) {
        // Without tags, what stands in an untyped place loses its type.
        let kind = type_of(&value);
        let tagged = write(&value, Tagging::Everywhere);
        prop_assert_eq!(decode_value(&tagged, SPAN, Some(&kind)).unwrap(), value.clone());
        let signed = write(&value, Tagging::Signature(&kind));
        let plain = write(&value, Tagging::Plain);
        let from_signed = decode_value(&signed, SPAN, Some(&kind)).unwrap();
        let from_plain = decode_value(&plain, SPAN, Some(&kind)).unwrap();
        prop_assert_eq!(from_signed, from_plain);
        prop_assert!(check::<AtSpan>(&value, &kind).is_ok());
    }

    #[test]
    fn reading_agrees_with_the_tree_of_serde_json(value in any_value()) {
        let text = write(&value, Tagging::Plain);
        let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
        let again: serde_json::Value =
            serde_json::from_str(&write(&read(&text), Tagging::Plain)).unwrap();
        prop_assert_eq!(again, tree);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = decode_answer_bytes(&bytes, SPAN, None);
    }

    #[test]
    fn any_near_json_is_read_or_refused(text in r#"(\{|\}|\[|\]|:|,|"[$a-z]{0,3}"|"\$emit"|"\$datetime"|-?[0-9]{1,20}|é|null| |\n){0,30}"#) {
        let kind = parse_type("record<a: list<int>, b: oneof<datetime, binary>>").unwrap();
        for expected in [None, Some(&kind)] {
            if let Err(error) = decode_answer(&text, SPAN, expected) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
