//! JSON text as it is stored: checked, compact, otherwise as it was written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// `text` without the whitespace between its tokens. The order of keys and the digits of numbers
/// stay as they are.
///
/// # Errors
/// What is not one JSON value, or could not be read back as one: nested more than 128 deep, with
/// a number beyond a double or half a surrogate pair.
pub(crate) fn compact(text: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    serde_json::from_str::<Checked>(text)?;
    let mut scanner = Scanner::default();
    if text.bytes().all(|byte| scanner.keeps(byte.into())) {
        return Ok(Cow::Borrowed(text));
    }
    let mut scanner = Scanner::default();
    Ok(text.chars().filter(|sign| scanner.keeps(*sign)).collect())
}

/// Whether two JSON texts are the same value: the order of keys and the way a number or a string
/// is written do not count.
pub(crate) fn same(left: &str, right: &str) -> Result<bool, serde_json::Error> {
    let left_value: Value = serde_json::from_str(left)?;
    Ok(left == right || serde_json::from_str::<Value>(right)? == left_value)
}

/// Tells whitespace between tokens from that inside of strings.
#[derive(Default)]
struct Scanner {
    inside: bool,
    escaped: bool,
}

impl Scanner {
    fn keeps(&mut self, sign: char) -> bool {
        if self.inside {
            match sign {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '"' => self.inside = false,
                _ => {}
            }
            return true;
        }
        self.inside = sign == '"';
        !matches!(sign, ' ' | '\t' | '\n' | '\r')
    }
}

/// A value that was read as `serde_json::Value` would be, and dropped on the way.
struct Checked;

impl<'text> Deserialize<'text> for Checked {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Checked, D::Error> {
        deserializer.deserialize_any(Check)
    }
}

struct Check;

impl<'text> Visitor<'text> for Check {
    type Value = Checked;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_unit<E: Error>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'text>>(self, mut sequence: A) -> Result<Checked, A::Error> {
        while sequence.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'text>>(self, mut map: A) -> Result<Checked, A::Error> {
        while map.next_entry::<Checked, Checked>()?.is_some() {}
        Ok(Checked)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whitespace_between_tokens_goes_and_everything_else_stays() {
        let text =
            " { \"b\\\" \" : [ 1.0 , 1e2 , 12345678901234567890 ] ,\n\t\"a\" : \" x \" }\r\n";
        assert_eq!(
            compact(text).unwrap(),
            "{\"b\\\" \":[1.0,1e2,12345678901234567890],\"a\":\" x \"}"
        );
        assert!(matches!(compact("[1,\" \"]").unwrap(), Cow::Borrowed(_)));
    }

    #[test]
    fn what_could_not_be_read_back_is_refused() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for bad in [
            "",
            "nul",
            "1 2",
            "{\"a\":}",
            "'a'",
            "NaN",
            "1e999",
            "\"\\ud800\"",
            &deep,
        ] {
            assert!(compact(bad).is_err(), "{bad}");
            assert!(serde_json::from_str::<Value>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_are_compared_and_not_their_texts() {
        assert!(same("{\"a\":1,\"b\":\"é\"}", " {\"b\":\"\\u00e9\", \"a\":1}").unwrap());
        assert!(!same("1", "2").unwrap());
        assert!(!same("\"1\"", "1").unwrap());
        assert!(same("{", "{").is_err());
    }

    proptest! {
        #[test]
        fn a_compact_text_is_the_same_value(text in "[\\[\\]{}:, \\n\"\\\\a1]{0,12}") {
            let value = serde_json::from_str::<Value>(&text);
            match compact(&text) {
                Ok(compact) => {
                    prop_assert_eq!(serde_json::from_str::<Value>(&compact).unwrap(), value.unwrap());
                }
                Err(_) => prop_assert!(value.is_err()),
            }
        }
    }
}
