use flow_contract::{Misfit, Type, parse_type};
use nu_protocol::record;

use super::*;

fn check(value: &Value, expected: &Type) -> Result<(), Misfit> {
    flow_contract::check::<AtSpan>(value, expected)
}

fn fit(value: Value, expected: &Type) -> Result<Value, Misfit> {
    flow_contract::fit(&AtSpan(value.span()), value, expected)
}

fn row(at: Value) -> Value {
    Value::test_record(record! {
        "items" => Value::test_list(vec![Value::test_record(record! { "at" => at })]),
    })
}

fn refusal(value: &Value, expected: &str) -> Misfit {
    check(value, &parse_type(expected).unwrap()).unwrap_err()
}

#[test]
fn input_is_checked_but_never_converted() {
    let text = Value::test_string("2024-05-01T00:00:00Z");
    let misfit = refusal(&row(text), "record<items: table<at: datetime>>");
    insta::assert_snapshot!(
        format!("{misfit}\nhelp: {}", miette::Diagnostic::help(&misfit).unwrap()),
        @r"
    wrong type at `items.0.at`: expected `datetime`, got `string`
    help: convert it with `into datetime`
    "
    );
}

#[test]
fn the_span_is_that_of_the_value_that_does_not_fit() {
    let span = Span::new(20, 25);
    let row = row(Value::string("x", span));
    let misfit = refusal(&row, "record<items: table<at: datetime>>");
    assert_eq!(span_at(&row, misfit.path()), span);
}

#[test]
fn more_fields_are_welcome_and_missing_ones_are_not() {
    let value = Value::test_record(record! {
        "extra" => Value::test_int(1),
        "id" => Value::test_int(2),
    });
    assert!(check(&value, &parse_type("record<id: int>").unwrap()).is_ok());
    let misfit = refusal(&value, "record<id: int, name: string>");
    assert_eq!(misfit.to_string(), "missing field: `name` of type `string`");
}

#[test]
fn an_int_passes_for_a_float_and_a_number() {
    for wanted in [Type::Float, Type::Number, Type::Int, Type::Any] {
        assert!(check(&Value::test_int(1), &wanted).is_ok(), "{wanted}");
    }
    assert!(check(&Value::test_float(1.0), &Type::Int).is_err());
}

#[test]
fn a_table_without_columns_still_asks_for_records() {
    let rows = Value::test_list(vec![Value::test_record(record! {})]);
    assert!(check(&rows, &Type::table()).is_ok());
    let numbers = Value::test_list(vec![Value::test_int(1)]);
    assert_eq!(
        refusal(&numbers, "table").to_string(),
        "wrong type at `0`: expected `record`, got `int`"
    );
}

#[test]
fn of_oneof_the_first_member_that_fits_decides() {
    let text = Value::test_string("2024-05-01T00:00:00Z");
    let fitted = |expected: &str| {
        let expected = parse_type(expected).unwrap();
        fit(text.clone(), &expected).unwrap().get_type()
    };
    assert_eq!(fitted("oneof<datetime, string>"), nu_protocol::Type::Date);
    assert_eq!(fitted("oneof<string, datetime>"), nu_protocol::Type::String);
}

#[test]
fn ranges_globs_and_cell_paths_come_as_text() {
    let fitted = |text: &str, wanted: Type| fit(Value::test_string(text), &wanted).unwrap();
    assert_eq!(fitted("*.rs", Type::Glob), Value::test_glob("*.rs"));
    assert_eq!(
        fitted("1..3", Type::Range),
        Value::test_range("1..3".parse().unwrap())
    );
    assert_eq!(
        fitted("$.a.0", Type::CellPath),
        Value::test_cell_path("a.0".parse().unwrap())
    );
    assert!(fit(Value::test_string("x"), &Type::Range).is_err());
}

#[test]
fn deep_input_is_refused() {
    let mut value = Value::test_int(1);
    let mut wanted = Type::Int;
    for _ in 0..200 {
        value = Value::test_list(vec![value]);
        wanted = Type::list(wanted);
    }
    let misfit = check(&value, &wanted).unwrap_err();
    assert!(misfit.to_string().contains("levels deep"), "{misfit}");
}
