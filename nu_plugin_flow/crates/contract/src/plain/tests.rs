//! Texts that are fitted without a shell. That a shell agrees is tested where there is one.

use crate::{fit_answer, fit_input, parse_type};

fn input(text: &str, expected: &str) -> String {
    let fitted = fit_input(text, &parse_type(expected).unwrap());
    fitted.unwrap_or_else(|error| error.to_string())
}

fn answer(text: &str, expected: &str) -> String {
    let fitted = fit_answer(text, &parse_type(expected).unwrap());
    fitted.unwrap_or_else(|error| error.to_string())
}

#[test]
fn an_input_is_tagged_where_the_signature_asks() {
    let text = r#"{"at": "2024-05-01T00:00:00Z", "more": {"$duration": 5}}"#;
    assert_eq!(
        input(text, "record<at: datetime>"),
        r#"{"at":{"$datetime":"2024-05-01T00:00:00+00:00"},"more":5}"#
    );
    assert_eq!(
        input(r#"{"$emit": [1]}"#, "record<at: datetime>"),
        "missing field: `at` of type `datetime`"
    );
}

#[test]
fn an_answer_is_tagged_everywhere_and_one_value() {
    assert_eq!(
        answer(r#"{"$emit": [1, {"$filesize": 2}]}"#, "filesize"),
        r#"[{"$filesize":1},{"$filesize":2}]"#
    );
    assert_eq!(answer(r#"{"$emit": []}"#, "int"), "[]");
    assert_eq!(
        answer(r#"{"$emit": [1, "x"]}"#, "int"),
        "wrong type at `$emit.1`: expected `int`, got `string`"
    );
    assert_eq!(answer("", "int"), "the answer is empty");
}

#[test]
fn ranges_are_text_inside_and_a_list_as_a_whole() {
    for (text, inside, whole) in [
        ("1..3", "1..3", "[1,2,3]"),
        ("3..<1", "3..2..<1", "[3,2]"),
        ("..2", "0..2", "[0,1,2]"),
        ("0..2..5", "0..2..5", "[0,2,4]"),
        ("0.0..0.1..0.3", "0.0..0.1..0.3", "[0.0,0.1,0.2,0.3]"),
        ("5..5..1", "5..5..1", "[]"),
    ] {
        let text = format!("\"{text}\"");
        assert_eq!(
            answer(&format!("[{text}]"), "list<range>"),
            format!("[\"{inside}\"]")
        );
        assert_eq!(answer(&text, "range"), whole);
    }
    for endless in ["1..", "1..1..3"] {
        let told = answer(&format!("\"{endless}\""), "range");
        assert_eq!(told, "cannot hand a `range` to an agent");
    }
    for text in ["..", "1", "1..x", "01..2", "1...2..3..4"] {
        let told = answer(&format!("\"{text}\""), "range");
        assert!(told.ends_with("is not a range such as `1..3`"), "{told}");
    }
}

#[test]
fn cell_paths_are_written_as_nushell_does() {
    for (text, written) in [
        ("a.0", "$.a.0"),
        ("", "$."),
        ("$.'b c'!?.x0", "$.\"b c\"!?.\"x0\""),
        ("a..1?", "$.a.\"\".1?"),
        ("0b11.1_0", "$.3.10"),
    ] {
        let text = serde_json::to_string(text).unwrap();
        let written = serde_json::to_string(written).unwrap();
        assert_eq!(input(&text, "cell-path"), written);
    }
    assert!(input("\"a b\"", "cell-path").ends_with("is not a cell path such as `$.a.0`"));
}
