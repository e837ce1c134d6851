use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::tagged;

/// A length of time in nanoseconds: Nushell's `duration`.
///
/// Written as `{"$duration": nanoseconds}`; read from that and from a plain integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

/// A number of bytes: Nushell's `filesize`.
///
/// Written as `{"$filesize": bytes}`; read from that and from a plain integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Filesize(pub i64);

impl Duration {
    /// So many whole seconds, at most about 292 years.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000))
    }
}

impl Filesize {
    /// The size of something in memory, such as `text.len()`.
    pub fn from_length(length: usize) -> Self {
        Self(i64::try_from(length).unwrap_or(i64::MAX))
    }
}

impl TryFrom<std::time::Duration> for Duration {
    type Error = std::num::TryFromIntError;

    /// Fails beyond 292 years.
    fn try_from(duration: std::time::Duration) -> Result<Self, Self::Error> {
        i64::try_from(duration.as_nanos()).map(Self)
    }
}

impl TryFrom<Duration> for std::time::Duration {
    type Error = std::num::TryFromIntError;

    /// Fails for a negative duration.
    fn try_from(duration: Duration) -> Result<Self, Self::Error> {
        u64::try_from(duration.0).map(Self::from_nanos)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        tagged::serialize(serializer, "$duration", &self.0)
    }
}

impl Serialize for Filesize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        tagged::serialize(serializer, "$filesize", &self.0)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer, "$duration", Integer("nanoseconds")).map(Self)
    }
}

impl<'de> Deserialize<'de> for Filesize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer, "$filesize", Integer("bytes")).map(Self)
    }
}

/// Reads a whole number of the unit it names.
#[derive(Clone, Copy)]
struct Integer(&'static str);

impl Visitor<'_> for Integer {
    type Value = i64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a whole number of {}", self.0)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wire_form_is_read_and_the_tagged_one_written() {
        assert_eq!(
            serde_json::to_string(&Duration::from_seconds(2)).unwrap(),
            r#"{"$duration":2000000000}"#
        );
        assert_eq!(
            serde_json::to_string(&Filesize::from_length(3)).unwrap(),
            r#"{"$filesize":3}"#
        );
        for json in [r#"{"$duration":-5}"#, "-5"] {
            assert_eq!(
                serde_json::from_str::<Duration>(json).unwrap(),
                Duration(-5)
            );
        }
        for json in [
            r#"{"$filesize":9223372036854775807}"#,
            "9223372036854775807",
        ] {
            assert_eq!(
                serde_json::from_str::<Filesize>(json).unwrap(),
                Filesize(i64::MAX)
            );
        }
    }

    #[test]
    fn misfits_say_what_was_expected() {
        let cases = [
            (
                "1.5",
                "invalid type: floating point `1.5`, expected a whole number of bytes",
            ),
            (
                "\"1kb\"",
                "invalid type: string \"1kb\", expected a whole number of bytes",
            ),
            (
                "9223372036854775808",
                "invalid value: integer `9223372036854775808`, expected a whole number of bytes",
            ),
            (
                "{\"$size\":1}",
                "unknown key `$size`, expected one key `$filesize`",
            ),
            ("{}", "invalid length 0, expected one key `$filesize`"),
            (
                "{\"$filesize\":1,\"b\":2}",
                "invalid length 2, expected one key `$filesize`",
            ),
        ];
        for (json, expected) in cases {
            let error = serde_json::from_str::<Filesize>(json)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn durations_convert_where_they_fit() {
        let two = std::time::Duration::from_secs(2);
        assert_eq!(Duration::try_from(two).unwrap(), Duration::from_seconds(2));
        assert_eq!(
            std::time::Duration::try_from(Duration::from_seconds(2)).unwrap(),
            two
        );
        assert!(std::time::Duration::try_from(Duration(-1)).is_err());
        assert!(Duration::try_from(std::time::Duration::MAX).is_err());
    }
}
