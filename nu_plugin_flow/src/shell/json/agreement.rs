//! What the contract makes of texts without Nushell is what Nushell's values make of them.

use flow_contract::{Columns, Tagging, Type, fit_answer, fit_input, parse_type};
use nu_protocol::{CollectionColumns, Span, Value};
use proptest::prelude::*;

use super::*;

const SPAN: Span = Span::test_data();

/// An input through Nushell's values.
fn input(text: &str, expected: &Type) -> Result<String, String> {
    let value = decode_value(text, SPAN, Some(expected)).map_err(|error| error.to_string())?;
    write(&value, Tagging::Signature(expected))
}

/// An answer through Nushell's values.
fn answer(text: &str, expected: &Type) -> Result<String, String> {
    let answer = decode_answer(text, SPAN, Some(expected)).map_err(|error| error.to_string())?;
    let value = match answer {
        Answer::One(value) => value,
        Answer::Many(values) => Value::list(values, SPAN),
    };
    write(&value, Tagging::Everywhere)
}

fn write(value: &Value, tagging: Tagging<'_>) -> Result<String, String> {
    // Nushell counts for ever through a range that does not move; none here is so long.
    if let Value::Range { val, .. } = value
        && val.is_bounded()
        && val
            .into_range_iter(SPAN, nu_protocol::Signals::empty())
            .nth(100_000)
            .is_some()
    {
        return Err("cannot hand a `range` to an agent".to_owned());
    }
    let mut text = Vec::new();
    encode(value, tagging, &mut text).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(text).unwrap())
}

fn agree(text: &str, expected: &Type) -> Result<(), TestCaseError> {
    let fitted = fit_input(text, expected).map_err(|error| error.to_string());
    prop_assert_eq!(fitted, input(text, expected), "{} as an input", expected);
    let fitted = fit_answer(text, expected).map_err(|error| error.to_string());
    prop_assert_eq!(fitted, answer(text, expected), "{} as an answer", expected);
    Ok(())
}

fn any_type() -> impl Strategy<Value = Type> {
    any_pair_of_types().prop_map(|(ours, _)| ours)
}

/// A type of the contract's, and the same as Nushell's own rules make it.
fn any_pair_of_types() -> impl Strategy<Value = (Type, nu_protocol::Type)> {
    use nu_protocol::Type as Nu;
    let plain = [
        ("any", Nu::Any),
        ("binary", Nu::Binary),
        ("bool", Nu::Bool),
        ("cell-path", Nu::CellPath),
        ("datetime", Nu::Date),
        ("duration", Nu::Duration),
        ("filesize", Nu::Filesize),
        ("float", Nu::Float),
        ("glob", Nu::Glob),
        ("int", Nu::Int),
        ("nothing", Nu::Nothing),
        ("number", Nu::Number),
        ("range", Nu::Range),
        ("string", Nu::String),
    ];
    let plain = proptest::sample::select(plain.to_vec());
    let text = plain.prop_map(|(name, nu)| (name.to_owned(), nu));
    let text = text.prop_recursive(3, 16, 4, |inner| {
        let fields = proptest::collection::btree_map("[abc]", inner.clone(), 0..4);
        let fields = fields.prop_map(|fields| {
            let text: Vec<_> = fields
                .iter()
                .map(|(name, (text, _))| format!("{name}: {text}"))
                .collect();
            let columns: CollectionColumns<Nu> = fields
                .into_iter()
                .map(|(name, (_, nu))| (name, nu))
                .collect();
            (text.join(", "), columns)
        });
        prop_oneof![
            inner
                .clone()
                .prop_map(|(text, nu)| (format!("list<{text}>"), Nu::list(nu))),
            fields
                .clone()
                .prop_map(|(text, nu)| (format!("record<{text}>"), Nu::Record(nu))),
            fields.prop_map(|(text, nu)| (format!("table<{text}>"), Nu::Table(nu))),
            proptest::collection::vec(inner, 0..4).prop_map(|members| {
                let text: Vec<_> = members.iter().map(|(text, _)| text.as_str()).collect();
                let text = format!("oneof<{}>", text.join(", "));
                (text, Nu::one_of(members.into_iter().map(|(_, nu)| nu)))
            }),
        ]
    });
    text.prop_map(|(text, nu)| (parse_type(&text).unwrap(), nu))
}

/// JSON text with what signatures look for, and now and then something malformed.
fn any_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("tru".to_owned()),
        (-300_i64..300).prop_map(|number| number.to_string()),
        Just("9223372036854775808".to_owned()),
        any::<f64>()
            .prop_filter("finite", |float| float.is_finite())
            .prop_map(|float| format!("{float:?}")),
        Just("\"2024-05-01T00:00:00.5+02:00\"".to_owned()),
        Just("\"aGk=\"".to_owned()),
        any_range().prop_map(|text| quoted(&text)),
        any_cell_path().prop_map(|text| quoted(&text)),
        "[^\\p{N}]{0,4}".prop_map(|text| quoted(&text)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = r"[abc]|\$emit|\$datetime|\$duration|\$filesize|\$binary";
        let fields = proptest::collection::vec((key, inner.clone()), 0..4);
        let items = proptest::collection::vec(inner, 0..4);
        prop_oneof![
            fields.prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(key, value)| format!("\"{key}\": {value}"));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }),
            items
                .clone()
                .prop_map(|items| format!("[{}]", items.join(", "))),
            items.prop_map(|items| format!("{{\"$emit\": [{}]}}", items.join(", "))),
        ]
    })
}

/// A text that mostly fits.
fn text_of(expected: &Type) -> BoxedStrategy<String> {
    let one_of = |texts: &'static [&str]| proptest::sample::select(texts).prop_map(str::to_owned);
    let list = |item: BoxedStrategy<String>| {
        let items = proptest::collection::vec(item, 0..3);
        items
            .prop_map(|items| format!("[{}]", items.join(", ")))
            .boxed()
    };
    let record = |columns: &Columns| {
        let fields = columns.iter().map(|(name, column)| {
            let name = name.clone();
            text_of(column).prop_map(move |text| format!("\"{name}\": {text}"))
        });
        let fields = fields.collect::<Vec<_>>();
        fields
            .prop_map(|fields| format!("{{{}}}", fields.join(", ")))
            .boxed()
    };
    let fitting = match expected {
        Type::List(item) => list(text_of(item)),
        Type::Table(columns) => list(record(columns)),
        Type::Record(columns) => record(columns),
        Type::OneOf(members) if !members.is_empty() => {
            proptest::strategy::Union::new(members.iter().map(text_of)).boxed()
        }
        Type::Binary => one_of(&["\"aGk=\"", "[1, 255]", "{\"$binary\": \"\"}"]).boxed(),
        Type::Date => one_of(&["\"2024-05-01T00:00:00.5+02:00\""]).boxed(),
        Type::Duration => one_of(&["5", "{\"$duration\": 5}"]).boxed(),
        Type::Filesize => one_of(&["5", "{\"$filesize\": 5}"]).boxed(),
        Type::Float | Type::Number => {
            one_of(&["5", "0.5", "1e300", "100000000000000000000"]).boxed()
        }
        Type::Nothing => one_of(&["null"]).boxed(),
        Type::Range => any_range().prop_map(|text| quoted(&text)).boxed(),
        Type::CellPath => any_cell_path().prop_map(|text| quoted(&text)).boxed(),
        Type::String | Type::Glob => one_of(&["\"*\"", "\"1..3\""]).boxed(),
        _ => any_text().boxed(),
    };
    let emitted = fitting.clone();
    prop_oneof![
        20 => fitting,
        2 => proptest::collection::vec(emitted, 0..3)
            .prop_map(|items| format!("{{\"$emit\": [{}]}}", items.join(", "))),
        1 => any_text(),
    ]
    .boxed()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn any_range() -> impl Strategy<Value = String> {
    let number = r"([-+]?[0-9]{1,2}|-?[0-9]?\.[0-9]{1,2})?";
    (number, r"(\.\.)?", number, r"\.\.<?", number).prop_map(
        |(start, dots, next, end_dots, end)| format!("{start}{dots}{next}{end_dots}{end}"),
    )
}

fn any_cell_path() -> impl Strategy<Value = String> {
    let text = r#"(\$\.)?([a-bé0-9_]{1,3}|0b[01]{1,2}|Ox[0-9aF]{1,2}|'[^']{0,2}'|"([^"]|\\["nq\\]){0,3}"|`a`|nan|[ !?.'"$]|[!?]{1,2}|\.){0,5}"#;
    // Quotes around numerals that are no digits are the contract's own.
    text.prop_filter("no numerals", |text| {
        !text
            .chars()
            .any(|next| next.is_numeric() && !next.is_ascii())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn texts_are_fitted_as_by_nushells_values(text in any_text(), expected in any_type()) {
        agree(&text, &expected)?;
    }

    #[test]
    fn texts_that_fit_are_fitted_as_by_nushells_values(
        (text, expected) in any_type().prop_flat_map(|ty| (text_of(&ty), Just(ty)))
    ) {
        agree(&text, &expected)?;
    }

    #[test]
    fn ranges_are_read_and_written_as_by_nushell(text in any_range()) {
        agree(&quoted(&text), &Type::Range)?;
        agree(&format!("[{}]", quoted(&text)), &Type::list(Type::Range))?;
    }

    #[test]
    fn cell_paths_are_read_and_written_as_by_nushell(text in any_cell_path()) {
        agree(&quoted(&text), &Type::CellPath)?;
    }

    #[test]
    fn types_are_joined_and_written_as_by_nushell((ours, nushells) in any_pair_of_types()) {
        prop_assert_eq!(ours.to_string(), nushells.to_string());
    }
}
