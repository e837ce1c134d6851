//! What one run may use: time, memory, output, tables, fuel.

use std::time::{Duration, Instant};

use miette::Diagnostic;
use thiserror::Error;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The bounds of one run of an agent. Every one is enforced by the host; none
/// depends on the guest's cooperation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Wall time for one record of a handler, or for the whole run of a
    /// command; `None` is no limit.
    pub timeout: Option<Duration>,
    /// Bytes of linear memory of one instance, all its memories together.
    pub memory: u64,
    /// Bytes of one answer of a handler, or of one line of a command.
    pub output: u64,
    /// Elements of all tables of one instance.
    pub table_elements: u64,
    /// Units of fuel for one record; `None` is no limit.
    pub fuel: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Some(Duration::from_secs(10)),
            memory: 256 * MIB,
            output: 16 * MIB,
            table_elements: 100_000,
            fuel: None,
        }
    }
}

impl Limits {
    /// When a record that begins now has to end.
    pub fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.timeout?)
    }
}

/// A limit that does not parse.
#[derive(Debug, Error, Diagnostic, PartialEq, Eq)]
pub enum LimitError {
    /// Not a size.
    #[error("not a size: `{text}`")]
    #[diagnostic(
        code(flow::limits::size),
        help("write a number and a unit, such as `64mb`, `512kib` or `1gb`")
    )]
    Size {
        /// What was written.
        text: String,
    },
    /// Not a duration.
    #[error("not a duration: `{text}`")]
    #[diagnostic(
        code(flow::limits::timeout),
        help("write a number and a unit, such as `2sec`, `100ms` or `1min`")
    )]
    Timeout {
        /// What was written.
        text: String,
    },
    /// A limit that would let nothing run.
    #[error("a limit has to be more than zero: `{text}`")]
    #[diagnostic(
        code(flow::limits::zero),
        help("leave the limit out to use the default")
    )]
    Zero {
        /// What was written.
        text: String,
    },
}

/// Reads a size in Nushell's spelling (`64mb`, `512KiB`, `100b`), in bytes.
pub fn parse_size(text: &str) -> Result<u64, LimitError> {
    let error = || LimitError::Size { text: text.into() };
    let (number, unit) = split_unit(text).ok_or_else(error)?;
    let factor = match unit.as_str() {
        "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => KIB,
        "mib" => MIB,
        "gib" => GIB,
        _ => return Err(error()),
    };
    let bytes = scale(number, factor).ok_or_else(error)?;
    if bytes == 0 {
        return Err(LimitError::Zero { text: text.into() });
    }
    Ok(bytes)
}

/// Reads a duration in Nushell's spelling (`100ms`, `2sec`, `1min`).
pub fn parse_timeout(text: &str) -> Result<Duration, LimitError> {
    let error = || LimitError::Timeout { text: text.into() };
    let (number, unit) = split_unit(text).ok_or_else(error)?;
    let factor = match unit.as_str() {
        "ns" => 1,
        "us" | "µs" => 1_000,
        "ms" => 1_000_000,
        "sec" => 1_000_000_000,
        "min" => 60_000_000_000,
        "hr" => 3_600_000_000_000,
        "day" => 86_400_000_000_000,
        _ => return Err(error()),
    };
    let nanoseconds = scale(number, factor).ok_or_else(error)?;
    if nanoseconds == 0 {
        return Err(LimitError::Zero { text: text.into() });
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// `1.5mb` as (1.5, "mb"); the unit in lower case.
fn split_unit(text: &str) -> Option<(f64, String)> {
    let text = text.trim();
    let at = text.find(|c: char| c.is_alphabetic())?;
    let (number, unit) = text.split_at_checked(at)?;
    let number: f64 = number.trim().replace('_', "").parse().ok()?;
    Some((number, unit.to_lowercase()))
}

/// `number × factor` as a whole number, where it is one that can be meant.
fn scale(number: f64, factor: u64) -> Option<u64> {
    let scaled = number * factor as f64;
    (scaled.is_finite() && (0.0..9.2e18).contains(&scaled)).then_some(scaled.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_nushell() {
        assert_eq!(parse_size("64mb"), Ok(64_000_000));
        assert_eq!(parse_size("1.5 KiB"), Ok(1536));
        assert_eq!(parse_size("100b"), Ok(100));
        for bad in ["", "64", "mb", "-1mb", "1e400mb", "64 elephants", "é"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
        assert!(matches!(parse_size("0mb"), Err(LimitError::Zero { .. })));
    }

    #[test]
    fn timeouts_follow_nushell() {
        assert_eq!(parse_timeout("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(parse_timeout("2sec"), Ok(Duration::from_secs(2)));
        assert_eq!(parse_timeout("1.5min"), Ok(Duration::from_secs(90)));
        for bad in ["", "2", "sec", "-1sec", "2 fortnights", "99999999999day"] {
            assert!(parse_timeout(bad).is_err(), "{bad}");
        }
    }
}
