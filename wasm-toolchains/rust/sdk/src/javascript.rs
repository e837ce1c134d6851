//! `handle` for browsers and Node: JavaScript values in and out, JSON between.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer::AnswerFunction;
use crate::large_integers::{KEY, mark, unmark};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn stringify(
        value: &JsValue,
        replacer: &dyn Fn(JsValue, JsValue) -> JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_reviving(
        text: &str,
        reviver: &dyn Fn(JsValue, JsValue) -> JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn property(object: &JsValue, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = BigInt, catch)]
    fn big_integer(text: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = String)]
    fn text_of(value: &JsValue) -> String;

    type Error;
    #[wasm_bindgen(constructor)]
    fn new(message: &str) -> Error;
}

/// Answers one record. An answer of several records, or of none, is an array. Integers
/// beyond 2^53 are `BigInt` both ways.
pub fn handle(record: JsValue, answer: AnswerFunction) -> Result<JsValue, JsValue> {
    let input = stringify(&record, &|_key, value| marked_big_integer(value))?
        .as_string()
        .ok_or_else(|| Error::new("the record is not a JSON value"))?;
    let mut output = Vec::new();
    answer(&unmark(&input), &mut output).map_err(|sentence| Error::new(&sentence))?;
    let output = String::from_utf8(output).map_err(|invalid| Error::new(&invalid.to_string()))?;
    let output = output
        .strip_prefix("{\"$emit\":")
        .and_then(|records| records.strip_suffix('}'))
        .unwrap_or(&output);
    match mark(output) {
        None => parse(output),
        Some(marked) => parse_reviving(&marked, &|_key, value| revived_big_integer(value)),
    }
}

fn marked_big_integer(value: JsValue) -> JsValue {
    if value.is_bigint() {
        let marked = format!("{{\"{KEY}\":\"{}\"}}", text_of(&value));
        parse(&marked).unwrap_or(value)
    } else {
        value
    }
}

fn revived_big_integer(value: JsValue) -> JsValue {
    if !value.is_object() {
        return value;
    }
    match property(&value, KEY) {
        Ok(text) if text.is_string() => big_integer(&text).unwrap_or(value),
        _ => value,
    }
}
