//! Questions of Python about the durable memory: a name and a JSON list of arguments.
//! The answer is JSON, and no bytes at all where a key is absent.

use serde_json::value::RawValue;
use serde_json::{from_slice, json};

use crate::host::agent::bindings::flow::agent::memory::Host;

/// The one question that is not about memory: `[agent, input]`, whose answer is the agent's.
pub(super) const CALL: &str = "peers.call";

/// Answers a question from the memory:
///
/// | question | arguments | answer |
/// | --- | --- | --- |
/// | `memory.get` | namespace, key | the value, or no bytes |
/// | `memory.set` | namespace, key, value, nanoseconds or null | null |
/// | `memory.delete` | namespace, key | whether there was one |
/// | `memory.list-keys` | namespace, prefix, cursor or null | `{"keys": […], "cursor": …}` |
/// | `memory.compare-and-set` | namespace, key, `[expected]` or `[]`, value | whether it is set |
///
/// # Errors
/// A text: why `memory` refused, or what no SDK asks.
pub(super) fn about_memory(
    memory: &mut impl Host,
    name: &str,
    arguments: &[u8],
) -> Result<Vec<u8>, String> {
    match name {
        "memory.get" => {
            let (namespace, key) = from_slice(arguments).map_err(unknown)?;
            let held = memory.get(namespace, key)?;
            Ok(held.unwrap_or_default().into_bytes())
        }
        "memory.set" => {
            let (namespace, key, value, expires_in): (_, _, &RawValue, _) =
                from_slice(arguments).map_err(unknown)?;
            memory.set(namespace, key, value.get().to_owned(), expires_in)?;
            Ok(b"null".to_vec())
        }
        "memory.delete" => {
            let (namespace, key) = from_slice(arguments).map_err(unknown)?;
            memory.delete(namespace, key).map(truth)
        }
        "memory.list-keys" => {
            let (namespace, prefix, cursor) = from_slice(arguments).map_err(unknown)?;
            let page = memory.list_keys(namespace, prefix, cursor)?;
            let page = json!({ "keys": page.keys, "cursor": page.cursor });
            Ok(page.to_string().into_bytes())
        }
        "memory.compare-and-set" => {
            let (namespace, key, expected, value): (_, _, Vec<&RawValue>, &RawValue) =
                from_slice(arguments).map_err(unknown)?;
            let expected = expected.first().map(|value| value.get().to_owned());
            let value = value.get().to_owned();
            let set = memory.compare_and_set(namespace, key, expected, value);
            set.map(truth)
        }
        _ => Err(format!("no function `{name}`")),
    }
}

/// Arguments that are not those of their question.
pub(super) fn unknown(error: serde_json::Error) -> String {
    format!("arguments that flow does not know: {error}")
}

fn truth(answer: bool) -> Vec<u8> {
    answer.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::agent::bindings::flow::agent::memory::Keys;

    /// One value, under any key; what it was asked last.
    #[derive(Default)]
    struct Memory {
        value: Option<String>,
        asked: String,
    }

    impl Host for Memory {
        fn get(&mut self, namespace: String, key: String) -> Result<Option<String>, String> {
            self.asked = format!("{namespace}/{key}");
            Ok(self.value.clone())
        }

        fn set(
            &mut self,
            namespace: String,
            key: String,
            value: String,
            expires_in: Option<u64>,
        ) -> Result<(), String> {
            self.asked = format!("{namespace}/{key} {expires_in:?}");
            self.value = Some(value);
            Ok(())
        }

        fn delete(&mut self, _namespace: String, _key: String) -> Result<bool, String> {
            Ok(self.value.take().is_some())
        }

        fn list_keys(
            &mut self,
            _namespace: String,
            prefix: String,
            cursor: Option<String>,
        ) -> Result<Keys, String> {
            Ok(Keys {
                keys: vec![prefix],
                cursor,
            })
        }

        fn compare_and_set(
            &mut self,
            _namespace: String,
            _key: String,
            expected: Option<String>,
            value: String,
        ) -> Result<bool, String> {
            let equal = self.value == expected;
            if equal {
                self.value = Some(value);
            }
            Ok(equal)
        }
    }

    fn ask(memory: &mut Memory, name: &str, arguments: &str) -> Result<String, String> {
        let answer = about_memory(memory, name, arguments.as_bytes())?;
        Ok(String::from_utf8(answer).unwrap())
    }

    #[test]
    fn an_absent_key_is_no_bytes_and_null_is_a_value() {
        let mut memory = Memory::default();
        let get = |memory: &mut Memory| ask(memory, "memory.get", r#"["orders", "é"]"#).unwrap();
        assert_eq!(get(&mut memory), "");
        assert_eq!(memory.asked, "orders/é");
        ask(&mut memory, "memory.set", r#"["orders", "k", null, null]"#).unwrap();
        assert_eq!(get(&mut memory), "null");
    }

    #[test]
    fn a_value_is_kept_as_it_was_written() {
        let mut memory = Memory::default();
        let text = r#"{"b":1.50,"a":[9007199254740993]}"#;
        let set = format!(r#"["orders","last",{text},1500000000]"#);
        assert_eq!(ask(&mut memory, "memory.set", &set).unwrap(), "null");
        assert_eq!(memory.asked, "orders/last Some(1500000000)");
        assert_eq!(memory.value.as_deref(), Some(text));
    }

    #[test]
    fn an_expected_value_differs_from_none() {
        let mut memory = Memory::default();
        let mut set = |expected: &str, value: &str| {
            let arguments = format!(r#"["n","k",{expected},{value}]"#);
            ask(&mut memory, "memory.compare-and-set", &arguments).unwrap()
        };
        assert_eq!(set("[null]", "1"), "false");
        assert_eq!(set("[]", "null"), "true");
        assert_eq!(set("[]", "1"), "false");
        assert_eq!(set("[null]", "1"), "true");
    }

    #[test]
    fn keys_come_with_their_cursor() {
        let mut memory = Memory::default();
        let mut list = |cursor: &str| {
            let arguments = format!(r#"["n","a/",{cursor}]"#);
            ask(&mut memory, "memory.list-keys", &arguments).unwrap()
        };
        assert_eq!(list("null"), r#"{"cursor":null,"keys":["a/"]}"#);
        assert_eq!(list(r#""next""#), r#"{"cursor":"next","keys":["a/"]}"#);
    }

    #[test]
    fn what_no_sdk_asks_is_an_error() {
        let mut memory = Memory::default();
        for (name, arguments) in [
            ("memory.forget", "[]"),
            ("memory.get", "[\"n\"]"),
            ("memory.get", "[\"n\", 1]"),
            ("memory.set", "[\"n\", \"k\", 1, -1]"),
            ("memory.delete", "no json"),
        ] {
            assert!(ask(&mut memory, name, arguments).is_err(), "{name}");
        }
    }
}
