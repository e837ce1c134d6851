use std::collections::BTreeMap;

use flow_runtime::typed::{Type, types::ComponentItem};
use nu_protocol::{Span, Value, record};
use wasmtime::component::Component;
use wasmtime::{Config, Engine};

use super::*;

const SPAN: Span = Span::test_data();

/// A component that imports one function, whose parameters are of the types
/// under test and carry their names.
const TYPES: &str = r#"(component
    (type $point' (record (field "x-axis" s32) (field "label" (option string))))
    (import "point" (type $point (eq $point')))
    (type $shape' (variant (case "circle" f64) (case "empty") (case "at" $point)))
    (import "shape" (type $shape (eq $shape')))
    (type $color' (enum "red" "green"))
    (import "color" (type $color (eq $color')))
    (type $rights' (flags "read" "write"))
    (import "rights" (type $rights (eq $rights')))
    (import "file" (type $file (sub resource)))
    (import "all" (func
        (param "truth" bool)
        (param "tiny" s8) (param "byte" u8) (param "small" s16) (param "port" u16)
        (param "number" s32) (param "count" u32) (param "wide" s64) (param "huge" u64)
        (param "single" f32) (param "double" f64) (param "letter" char) (param "text" string)
        (param "bytes" (list u8)) (param "points" (list $point)) (param "pair" (tuple s32 string))
        (param "shape" $shape) (param "color" $color) (param "rights" $rights)
        (param "maybe" (option s32)) (param "twice" (option (option s32)))
        (param "outcome" (result s32 (error string))) (param "done" (result))
        (param "map" (map string s32)) (param "codes" (map u8 string))
        (param "triple" (list s32 3))
        (param "files" (list (own $file)))
        (result (result (error $shape)))))
)"#;

fn function() -> (Vec<(String, Type)>, Vec<Type>) {
    let mut config = Config::new();
    config.wasm_component_model_map(true);
    config.wasm_component_model_fixed_length_lists(true);
    let engine = Engine::new(&config).unwrap();
    let component = Component::new(&engine, wat::parse_str(TYPES).unwrap()).unwrap();
    let whole = component.component_type();
    let item = whole.get_import(&engine, "all").unwrap().ty;
    let ComponentItem::ComponentFunc(function) = item else {
        panic!("not a function");
    };
    let parameters = function.params().map(|(name, wit)| (name.to_owned(), wit));
    (parameters.collect(), function.results().collect())
}

struct Types(BTreeMap<String, Type>);

impl Types {
    fn new() -> Types {
        Types(function().0.into_iter().collect())
    }

    fn there_and_back(&self, name: &str, value: &Value) -> Value {
        let wit = &self.0[name];
        let val = to_wit(value, wit).unwrap_or_else(|error| panic!("{name}: {error}"));
        from_wit(&val, wit, SPAN).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn refusal(&self, name: &str, value: &Value) -> String {
        let error = to_wit(value, &self.0[name]).unwrap_err();
        match miette::Diagnostic::help(&error) {
            Some(help) => format!("{name}: {error}\n  help: {help}"),
            None => format!("{name}: {error}"),
        }
    }
}

fn strings(items: &[&str]) -> Value {
    Value::test_list(items.iter().copied().map(Value::test_string).collect())
}

fn integers(items: &[i64]) -> Value {
    Value::test_list(items.iter().copied().map(Value::test_int).collect())
}

fn point(label: Value) -> Value {
    Value::test_record(record! { "x-axis" => Value::test_int(4), "label" => label })
}

fn only(name: &str, value: Value) -> Value {
    Value::test_record([(name.to_owned(), value)].into_iter().collect())
}

#[test]
fn values_come_back_as_they_were() {
    let types = Types::new();
    let cases = [
        ("truth", Value::test_bool(true)),
        ("tiny", Value::test_int(-128)),
        ("byte", Value::test_int(255)),
        ("small", Value::test_int(-32_768)),
        ("port", Value::test_int(65_535)),
        ("number", Value::test_int(i64::from(i32::MIN))),
        ("count", Value::test_int(i64::from(u32::MAX))),
        ("wide", Value::test_int(i64::MIN)),
        ("huge", Value::test_int(i64::MAX)),
        ("single", Value::test_float(0.5)),
        ("double", Value::test_float(0.1)),
        ("letter", Value::test_string("é")),
        ("text", Value::test_string("text")),
        ("bytes", Value::test_binary([0, 255])),
        ("bytes", Value::test_binary([])),
        (
            "points",
            Value::test_list(vec![
                point(Value::test_nothing()),
                point(Value::test_string("a")),
            ]),
        ),
        (
            "pair",
            Value::test_list(vec![Value::test_int(1), Value::test_string("b")]),
        ),
        ("shape", Value::test_string("empty")),
        ("shape", only("circle", Value::test_float(1.5))),
        ("shape", only("at", point(Value::test_nothing()))),
        ("color", Value::test_string("green")),
        ("rights", strings(&["read"])),
        ("maybe", Value::test_int(1)),
        ("maybe", Value::test_nothing()),
        ("twice", Value::test_nothing()),
        ("twice", only("some", Value::test_nothing())),
        ("twice", only("some", Value::test_int(3))),
        ("outcome", Value::test_int(1)),
        ("done", Value::test_nothing()),
        ("map", only("a", Value::test_int(1))),
        (
            "codes",
            Value::test_list(vec![Value::test_record(record! {
                "key" => Value::test_int(7), "value" => Value::test_string("seven"),
            })]),
        ),
        ("triple", integers(&[1, 2, 3])),
    ];
    for (name, value) in cases {
        assert_eq!(types.there_and_back(name, &value), value, "{name}");
    }
}

#[test]
fn input_is_taken_in_every_form_of_the_table() {
    let types = Types::new();
    let rights = record! { "read" => Value::test_bool(false), "write" => Value::test_bool(true) };
    let snake = record! { "x_axis" => Value::test_int(4), "more" => Value::test_int(1) };
    let cases = [
        ("bytes", integers(&[104, 105]), Value::test_binary(b"hi")),
        ("wide", Value::test_filesize(2_048), Value::test_int(2_048)),
        ("wide", Value::test_duration(1_500), Value::test_int(1_500)),
        ("double", Value::test_int(2), Value::test_float(2.0)),
        (
            "single",
            Value::test_float(0.1),
            Value::test_float(f64::from(0.1_f32)),
        ),
        ("text", Value::test_glob("*.rs"), Value::test_string("*.rs")),
        ("rights", Value::test_record(rights), strings(&["write"])),
        (
            "points",
            Value::test_list(vec![Value::test_record(snake)]),
            Value::test_list(vec![point(Value::test_nothing())]),
        ),
        (
            "shape",
            only("empty", Value::test_nothing()),
            Value::test_string("empty"),
        ),
        (
            "twice",
            Value::test_int(3),
            only("some", Value::test_int(3)),
        ),
        (
            "outcome",
            only("ok", Value::test_int(1)),
            Value::test_int(1),
        ),
    ];
    for (name, value, expected) in cases {
        assert_eq!(types.there_and_back(name, &value), expected, "{name}");
    }
}

#[test]
fn the_err_of_a_result_is_an_error_value() {
    let types = Types::new();
    for (name, payload, told) in [
        (
            "outcome",
            Value::test_string("no stock"),
            "the component answered with an error: no stock",
        ),
        (
            "done",
            Value::test_nothing(),
            "the component answered with an error",
        ),
    ] {
        let value = types.there_and_back(name, &only("err", payload));
        let Value::Error { error, .. } = value else {
            panic!("{name}: not an error value");
        };
        assert_eq!(error.to_string(), told);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_path() {
    let types = Types::new();
    let cases = [
        ("byte", Value::test_int(256)),
        ("huge", Value::test_int(-1)),
        ("single", Value::test_float(1e300)),
        ("truth", Value::test_int(1)),
        ("letter", Value::test_string("ab")),
        ("bytes", integers(&[1, 300])),
        ("points", Value::test_list(vec![point(Value::test_int(1))])),
        (
            "points",
            Value::test_list(vec![only("x_axes", Value::test_int(1))]),
        ),
        ("pair", integers(&[1])),
        ("triple", integers(&[1, 2])),
        ("color", Value::test_string("gren")),
        ("shape", only("square", Value::test_int(1))),
        ("shape", Value::test_string("circle")),
        ("rights", strings(&["read", "execute"])),
        ("outcome", only("err", Value::test_int(1))),
        ("files", integers(&[1])),
    ];
    let told = cases.map(|(name, value)| types.refusal(name, &value));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_u64_above_the_range_of_int_is_refused() {
    let error = from_wit(&flow_runtime::typed::Val::U64(u64::MAX), &Type::U64, SPAN).unwrap_err();
    assert_eq!(
        error.to_string(),
        "number out of range: `18446744073709551615` is no `int`"
    );
}

#[test]
fn resources_are_refused_before_the_call() {
    let types = Types::new();
    let error = require_supported(&types.0["files"], SPAN).unwrap_err();
    assert_eq!(error.to_string(), "no Nushell value for a `resource`");
    assert!(require_supported(&types.0["shape"], SPAN).is_ok());
}

#[test]
fn arguments_name_their_parameter() {
    let (parameters, results) = function();
    let parameters: Vec<(&str, Type)> = parameters
        .iter()
        .filter(|(name, _)| name == "number" || name == "color")
        .map(|(name, wit)| (name.as_str(), wit.clone()))
        .collect();
    let call = |values: &[Value]| arguments(values, &parameters, &results, SPAN);
    let error = call(&[Value::test_int(1)]).unwrap_err();
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    let wrong = call(&[Value::test_string("x"), Value::test_string("red")]).unwrap_err();
    insta::assert_snapshot!(format!("{error}\nhelp: {help}\n{wrong}"));
    assert!(call(&[Value::test_int(1), Value::test_string("red")]).is_ok());
}

#[test]
fn signatures_read_as_wit() {
    let (parameters, results) = function();
    let lines: Vec<String> = parameters
        .iter()
        .map(|(name, wit)| format!("{name}: {}", render_type(wit)))
        .collect();
    let function = render_function([("a", Type::S32)], results);
    insta::assert_snapshot!(format!("{}\n{function}", lines.join("\n")));
}
