use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::tagged;

const TAG: &str = "$binary";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes: Nushell's `binary`.
///
/// Written as `{"$binary": base64}`; read from that, from base64 text (RFC 4648 §4,
/// padded or not) and from a list of integers, as `to json` writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binary(pub Vec<u8>);

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        tagged::serialize(serializer, TAG, &encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer, TAG, Plain).map(Self)
    }
}

#[derive(Clone, Copy)]
struct Plain;

impl<'de> Visitor<'de> for Plain {
    type Value = Vec<u8>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("base64 text or a list of bytes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        decode(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut bytes = Vec::with_capacity(list.size_hint().unwrap_or(0).min(4096));
        while let Some(byte) = list.next_element()? {
            bytes.push(byte);
        }
        Ok(bytes)
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .enumerate()
            .fold(0_u32, |group, (index, byte)| {
                group | u32::from(*byte) << (16 - 8 * index)
            });
        for index in 0..4 {
            let sextet = (group >> (18 - 6 * index)) & 63;
            let digit = ALPHABET.get(sextet as usize).copied();
            let digit = digit.filter(|_| index <= chunk.len());
            text.push(char::from(digit.unwrap_or(b'=')));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(text);
    let padded = digits.len() != text.len();
    if digits.len() % 4 == 1 || (padded && !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for chunk in digits.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for (index, digit) in chunk.iter().enumerate() {
            group |= sextet(*digit)? << (18 - 6 * index);
        }
        let [_, whole @ ..] = group.to_be_bytes();
        bytes.extend(whole.iter().take(chunk.len() - 1));
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_vectors_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in vectors {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
            assert_eq!(
                decode(text.trim_end_matches('=')).unwrap(),
                bytes.as_bytes()
            );
        }
        let all = (0..=255).collect::<Vec<u8>>();
        assert_eq!(decode(&encode(&all)).unwrap(), all);
    }

    #[test]
    fn malformed_base64_is_refused() {
        for text in ["Z", "Zg=", "Zm9v=", "Zm9vY", "Zm 9v", "Zm-_", "=", "=="] {
            assert_eq!(decode(text), None, "for {text:?}");
        }
    }

    #[test]
    fn every_wire_form_is_read_and_the_tagged_one_written() {
        let binary = Binary(vec![1, 2, 255]);
        assert_eq!(
            serde_json::to_string(&binary).unwrap(),
            r#"{"$binary":"AQL/"}"#
        );
        for json in [r#"{"$binary":"AQL/"}"#, r#""AQL/""#, "[1,2,255]"] {
            assert_eq!(serde_json::from_str::<Binary>(json).unwrap(), binary);
        }
        let error = serde_json::from_str::<Binary>("[1,256]").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("invalid value: integer `256`, expected u8")
        );
    }
}
