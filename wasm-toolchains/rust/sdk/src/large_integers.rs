//! Integers that a JavaScript number would round. `JSON.parse` and `JSON.stringify` do
//! not know `BigInt`, so on their way through them they are `{"$int": "digits"}`.

use std::borrow::Cow;

use crate::input::string_end;

/// The reserved key of a marked integer.
pub const KEY: &str = "$int";

const START: &str = "{\"$int\":\"";
const END: &str = "\"}";
/// The largest integer up to which every one is a JavaScript number.
const SAFE: u64 = (1 << 53) - 1;

/// The JSON text with every larger integer marked; none where there is no such.
pub fn mark(json: &str) -> Option<String> {
    let mut marked = String::new();
    let mut copied = 0;
    let mut position = 0;
    let bytes = json.as_bytes();
    while let Some(byte) = bytes.get(position) {
        match byte {
            b'"' => position = string_end(bytes, position),
            b'-' | b'0'..=b'9' => {
                let end = number_end(bytes, position);
                let number = json.get(position..end).unwrap_or_default();
                if is_large(number) {
                    marked.push_str(json.get(copied..position).unwrap_or_default());
                    marked.push_str(START);
                    marked.push_str(number);
                    marked.push_str(END);
                    copied = end;
                }
                position = end;
            }
            _ => position += 1,
        }
    }
    if copied == 0 {
        return None;
    }
    marked.push_str(json.get(copied..).unwrap_or_default());
    Some(marked)
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let length = bytes
        .iter()
        .skip(start)
        .take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
        .count();
    start + length
}

fn is_large(number: &str) -> bool {
    // Only floats have a point or an exponent; what is no u64 is larger still.
    let digits = number.trim_start_matches('-');
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.parse::<u64>().map_or(true, |value| value > SAFE)
}

/// The JSON text with marked integers as plain ones. (Within a JSON string the quotes
/// of a mark would be escaped, so a string cannot be taken for one.)
pub fn unmark(json: &str) -> Cow<'_, str> {
    let Some((first, mut rest)) = json.split_once(START) else {
        return Cow::Borrowed(json);
    };
    let mut plain = first.to_owned();
    loop {
        let (number, behind) = rest.split_once(END).unwrap_or((rest, ""));
        let digits = number.strip_prefix('-').unwrap_or(number);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            plain.push_str(number);
            rest = behind;
        } else {
            plain.push_str(START);
        }
        match rest.split_once(START) {
            Some((before, behind)) => {
                plain.push_str(before);
                rest = behind;
            }
            None => {
                plain.push_str(rest);
                return Cow::Owned(plain);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_integers_that_would_be_rounded_are_marked() {
        for json in [
            "9007199254740991",
            "-9007199254740991",
            "1e300",
            "[1.5,\"9007199254740993\"]",
        ] {
            assert_eq!(mark(json), None, "for {json}");
        }
        assert_eq!(
            mark(r#"{"a":9007199254740992,"b":["x\"",-9223372036854775808]}"#).unwrap(),
            r#"{"a":{"$int":"9007199254740992"},"b":["x\"",{"$int":"-9223372036854775808"}]}"#
        );
    }

    #[test]
    fn a_mark_is_an_object_of_the_key() {
        assert_eq!(format!("{START}7{END}"), format!(r#"{{"{KEY}":"7"}}"#));
    }

    #[test]
    fn marks_come_off_again() {
        for json in [
            "9007199254740992",
            r#"{"a":9007199254740992,"b":["x\"",-9223372036854775808],"c":1}"#,
        ] {
            assert_eq!(unmark(&mark(json).unwrap()), json);
        }
        assert_eq!(unmark("[1]"), "[1]");
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for json in [
            r#"["{\"$int\":\"5\"}"]"#,
            r#"{"$int":"x"}"#,
            r#"{"$int":""}"#,
        ] {
            assert_eq!(unmark(json), json);
        }
        assert_eq!(
            unmark(r#"[{"$int":"x"},{"$int":"5"}]"#),
            r#"[{"$int":"x"},5]"#
        );
    }
}
