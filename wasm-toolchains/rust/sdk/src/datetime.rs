use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::{civil_from_days, days_from_civil, days_in_month};
use crate::quantity::Duration;
use crate::tagged;

const NANOSECONDS: i128 = 1_000_000_000;
const DAY: i64 = 86_400;
/// Unix seconds of 0000-01-01 and of 10000-01-01: RFC 3339 has years of four digits.
const FIRST: i64 = -62_167_219_200;
const END: i64 = 253_402_300_800;

/// A moment with the offset from UTC it was written in: Nushell's `datetime`.
///
/// Written as `{"$datetime": text}`; read from that and from plain text, both
/// RFC 3339 of years 0000 to 9999. Two moments are equal whatever their offsets.
#[derive(Clone, Copy, Debug)]
pub struct Datetime {
    unix_seconds: i64,
    nanoseconds: u32,
    offset_minutes: i16,
}

impl Datetime {
    /// The moment `nanoseconds` after 1970-01-01T00:00:00Z, in UTC; none outside
    /// the years 0000 to 9999.
    pub fn from_unix_nanoseconds(nanoseconds: i128) -> Option<Self> {
        let seconds = i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).ok()?;
        let rest = u32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).ok()?;
        (FIRST..END).contains(&seconds).then_some(Self {
            unix_seconds: seconds,
            nanoseconds: rest,
            offset_minutes: 0,
        })
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn unix_nanoseconds(self) -> i128 {
        i128::from(self.unix_seconds) * NANOSECONDS + i128::from(self.nanoseconds)
    }

    /// This moment moved by `duration`, at the same offset; none outside the years
    /// 0000 to 9999.
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let moved = Self::from_unix_nanoseconds(self.unix_nanoseconds() + i128::from(duration.0))?;
        let local = moved.unix_seconds + i64::from(self.offset_minutes) * 60;
        (FIRST..END).contains(&local).then_some(Self {
            offset_minutes: self.offset_minutes,
            ..moved
        })
    }
}

impl PartialEq for Datetime {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Datetime {}

impl PartialOrd for Datetime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Datetime {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.unix_seconds, self.nanoseconds).cmp(&(other.unix_seconds, other.nanoseconds))
    }
}

/// The text is not a moment in RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDatetimeError;

impl fmt::Display for ParseDatetimeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a datetime such as `2026-11-23T08:30:00+01:00`")
    }
}

impl std::error::Error for ParseDatetimeError {}

impl TryFrom<SystemTime> for Datetime {
    type Error = ParseDatetimeError;

    /// Fails outside the years 0000 to 9999.
    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        let nanoseconds = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i128::try_from(since.as_nanos()),
            Err(before) => i128::try_from(before.duration().as_nanos()).map(|nanos| -nanos),
        };
        nanoseconds
            .ok()
            .and_then(Self::from_unix_nanoseconds)
            .ok_or(ParseDatetimeError)
    }
}

impl FromStr for Datetime {
    type Err = ParseDatetimeError;

    fn from_str(text: &str) -> Result<Self, ParseDatetimeError> {
        parse(text.as_bytes()).ok_or(ParseDatetimeError)
    }
}

/// `YYYY-MM-DD`, `T` or a space, `HH:MM:SS`, a fraction cut to nanoseconds, `Z` or
/// an offset. A leap second counts as the second before it.
fn parse(text: &[u8]) -> Option<Datetime> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.split_at_checked(9)?;
    let (year, month, day) = match date {
        [year @ .., b'-', m1, m2, b'-', d1, d2] => {
            (digits(year)?, digits(&[*m1, *m2])?, digits(&[*d1, *d2])?)
        }
        _ => return None,
    };
    let (hour, minute, second) = match clock {
        [b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] => (
            digits(&[*h1, *h2])?,
            digits(&[*m1, *m2])?,
            digits(&[*s1, *s2])?,
        ),
        _ => return None,
    };
    let (nanoseconds, rest) = match rest.strip_prefix(b".") {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    let offset_minutes = offset(rest)?;
    let valid = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !valid {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    let local = days_from_civil(year, month, day) * DAY + seconds;
    Some(Datetime {
        unix_seconds: local - i64::from(offset_minutes) * 60,
        nanoseconds,
        offset_minutes,
    })
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

/// Nanoseconds from the digits of a fraction, and what follows them.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = text.split_at(length);
    let nanoseconds = fraction
        .iter()
        .map(|digit| u32::from(digit - b'0'))
        .chain(std::iter::repeat(0))
        .take(9)
        .fold(0, |number, digit| number * 10 + digit);
    (length > 0).then_some((nanoseconds, rest))
}

/// Minutes east of UTC.
fn offset(text: &[u8]) -> Option<i16> {
    let (sign, hours, minutes) = match text {
        [b'Z' | b'z'] => return Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            (*sign, digits(&[*h1, *h2])?, digits(&[*m1, *m2])?)
        }
        _ => return None,
    };
    let total = i16::try_from(hours * 60 + minutes).ok()?;
    (hours < 24 && minutes < 60).then_some(if sign == b'-' { -total } else { total })
}

impl fmt::Display for Datetime {
    /// RFC 3339, with as many decimals (none, 3, 6 or 9) as it takes.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.unix_seconds + i64::from(self.offset_minutes) * 60;
        let (year, month, day) = civil_from_days(local.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        match self.nanoseconds {
            0 => {}
            nanos if nanos % 1_000_000 == 0 => write!(formatter, ".{:03}", nanos / 1_000_000)?,
            nanos if nanos % 1_000 == 0 => write!(formatter, ".{:06}", nanos / 1_000)?,
            nanos => write!(formatter, ".{nanos:09}")?,
        }
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        match self.offset_minutes.unsigned_abs() {
            0 => formatter.write_str("Z"),
            minutes => write!(formatter, "{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        }
    }
}

impl Serialize for Datetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        tagged::serialize(serializer, "$datetime", &format_args!("{self}"))
    }
}

impl<'de> Deserialize<'de> for Datetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer, "$datetime", Plain)
    }
}

#[derive(Clone, Copy)]
struct Plain;

impl Visitor<'_> for Plain {
    type Value = Datetime;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a datetime such as `2026-11-23T08:30:00+01:00`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Datetime, E> {
        text.parse()
            .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Datetime {
        text.parse().unwrap()
    }

    #[test]
    fn texts_come_back_as_they_were() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2026-11-23T08:30:00+01:00",
            "2024-02-29T23:59:59.123-09:30",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "1969-12-31T23:59:59.000001Z",
        ] {
            assert_eq!(parsed(text).to_string(), text);
        }
        assert_eq!(
            parsed("2024-01-02 03:04:05.1z").to_string(),
            "2024-01-02T03:04:05.100Z"
        );
        assert_eq!(
            parsed("2016-12-31T23:59:60Z").to_string(),
            "2016-12-31T23:59:59Z"
        );
    }

    #[test]
    fn moments_agree_with_known_unix_times() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2001-09-09T01:46:40Z", 1_000_000_000),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("2038-01-19T04:14:08+01:00", 2_147_483_648),
            ("0000-01-01T00:00:00Z", i128::from(FIRST)),
            ("9999-12-31T23:59:59Z", i128::from(END) - 1),
        ] {
            assert_eq!(
                parsed(text).unix_nanoseconds(),
                seconds * NANOSECONDS,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_rfc_3339_is_refused() {
        for text in [
            "",
            "2024-01-02",
            "2024-01-02T03:04Z",
            "2024-01-02T03:04:05",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-02T24:00:00Z",
            "2024-01-02T03:60:05Z",
            "2024-01-02T03:04:61Z",
            "2024-01-02T03:04:05.Z",
            "2024-01-02T03:04:05+0100",
            "2024-01-02T03:04:05+24:00",
            "2024-01-02T03:04:05Zx",
            "+024-01-02T03:04:05Z",
            "２024-01-02T03:04:05Z",
        ] {
            assert_eq!(text.parse::<Datetime>(), Err(ParseDatetimeError), "{text}");
        }
    }

    #[test]
    fn order_and_equality_go_by_the_moment() {
        assert_eq!(
            parsed("2024-01-02T03:00:00Z"),
            parsed("2024-01-02T04:00:00+01:00")
        );
        assert!(parsed("2024-01-02T03:00:00Z") < parsed("2024-01-02T03:00:00.1Z"));
    }

    #[test]
    fn adding_keeps_the_offset_and_stays_in_range() {
        let later = parsed("2024-02-28T23:30:00+01:00").checked_add(Duration::from_seconds(3600));
        assert_eq!(later.unwrap().to_string(), "2024-02-29T00:30:00+01:00");
        let last = parsed("9999-12-31T23:59:59Z");
        assert_eq!(last.checked_add(Duration::from_seconds(1)), None);
        let last_here = parsed("9999-12-31T23:59:59+01:00");
        assert_eq!(last_here.checked_add(Duration::from_seconds(1)), None);
    }

    #[test]
    fn system_times_convert() {
        let before = UNIX_EPOCH - std::time::Duration::from_millis(1500);
        assert_eq!(
            Datetime::try_from(before).unwrap().to_string(),
            "1969-12-31T23:59:58.500Z"
        );
    }

    #[test]
    fn every_wire_form_is_read_and_the_tagged_one_written() {
        let moment = parsed("2026-11-23T08:30:00+01:00");
        assert_eq!(
            serde_json::to_string(&moment).unwrap(),
            r#"{"$datetime":"2026-11-23T08:30:00+01:00"}"#
        );
        for json in [
            r#"{"$datetime":"2026-11-23T08:30:00+01:00"}"#,
            r#""2026-11-23T08:30:00+01:00""#,
        ] {
            assert_eq!(serde_json::from_str::<Datetime>(json).unwrap(), moment);
        }
        let error = serde_json::from_str::<Datetime>("\"now\"")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("invalid value: string \"now\", expected a datetime such as"),
            "{error}"
        );
    }
}
