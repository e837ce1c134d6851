//! Ranges, as Nushell reads them from text, writes them and counts through them.

use std::fmt;
use std::ops::{Bound, Neg};

use serde::Serialize;

/// Nushell's distance within which a float counts as the end of its range.
const NEAR: f64 = f64::EPSILON * 100.0;

/// Numbers from one to another; all are floats where one is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Of integers.
    Int(Steps<i64>),
    /// Of floats.
    Float(Steps<f64>),
}

/// Where a range begins, how it goes on and where it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps<N> {
    start: N,
    step: N,
    end: Bound<N>,
}

/// An item of a range.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
pub(super) enum Number {
    Int(i64),
    Float(f64),
}

impl Range {
    /// Reads `1..3`, `1..<3`, `1..3..9` or a range that lacks its start or its end.
    pub(super) fn parse(text: &str) -> Option<Range> {
        let (start, rest) = optional_number(text);
        let rest = rest.strip_prefix("..")?;
        let (next, rest) = match number(rest) {
            Some((next, rest)) if !rest.is_empty() => (Some(next), rest.strip_prefix("..")?),
            _ => (None, rest),
        };
        let inclusive = rest.strip_prefix('<');
        let (end, rest) = optional_number(inclusive.unwrap_or(rest));
        if !rest.is_empty() || (start.is_none() && end.is_none()) {
            return None;
        }
        let exclusive = inclusive.is_some();
        let ints = [start, next, end].map(|number| match number {
            Some(Number::Int(int)) => Ok(Some(int)),
            Some(Number::Float(_)) => Err(()),
            None => Ok(None),
        });
        Some(match ints {
            [Ok(start), Ok(next), Ok(end)] => {
                let (start, end) = (start.unwrap_or(0), bound(end, exclusive));
                let step = next.map(|next| next.wrapping_sub(start));
                Range::Int(Steps::new(start, step, end, 1))
            }
            _ => {
                let [start, next, end] = [start, next, end].map(|number| number.map(Number::float));
                let (start, end) = (start.unwrap_or(0.0), bound(end, exclusive));
                let step = next.map(|next| next - start);
                Range::Float(Steps::new(start, step, end, 1.0))
            }
        })
    }

    /// Its items; none where they would never end.
    pub(super) fn items(self) -> Option<Box<dyn Iterator<Item = Number>>> {
        let mut items: Box<dyn Iterator<Item = Number>> = match self {
            Range::Int(steps) => Box::new(steps.ints().map(Number::Int)),
            Range::Float(steps) => Box::new(steps.floats().map(Number::Float)),
        };
        let (stays, has_end) = match self {
            Range::Int(Steps { step, end, .. }) => (step == 0, end != Bound::Unbounded),
            Range::Float(Steps { step, end, .. }) => (step == 0.0, end != Bound::Unbounded),
        };
        match (has_end, stays) {
            (false, _) => None,
            (true, true) if items.next().is_some() => None,
            (true, _) => Some(items),
        }
    }
}

fn bound<N>(end: Option<N>, exclusive: bool) -> Bound<N> {
    match end {
        None => Bound::Unbounded,
        Some(end) if exclusive => Bound::Excluded(end),
        Some(end) => Bound::Included(end),
    }
}

impl<N: Copy + PartialOrd + Neg<Output = N>> Steps<N> {
    fn new(start: N, step: Option<N>, end: Bound<N>, one: N) -> Steps<N> {
        let step = step.unwrap_or(match end {
            Bound::Included(end) | Bound::Excluded(end) if start > end => -one,
            _ => one,
        });
        Steps { start, step, end }
    }
}

impl Steps<i64> {
    fn ints(self) -> impl Iterator<Item = i64> {
        let Steps { start, step, end } = self;
        let items = std::iter::successors(Some(start), move |item| item.checked_add(step));
        items.take_while(move |item| match (step < 0, end) {
            (true, Bound::Included(end)) => *item >= end,
            (true, Bound::Excluded(end)) => *item > end,
            (false, Bound::Included(end)) => *item <= end,
            (false, Bound::Excluded(end)) => *item < end,
            (_, Bound::Unbounded) => true,
        })
    }
}

impl Steps<f64> {
    /// Rounded as Nushell does it, so that `0.1..0.3` holds no 0.30000000000000004.
    fn floats(self) -> impl Iterator<Item = f64> {
        let Steps { start, step, end } = self;
        let fraction = step.abs() < 1.0 && step != 0.0;
        let digits = (-step.abs().log10()).max(0.0).ceil() as i32;
        let factor = 10.0_f64.powi(digits);
        let items = (0_u64..).map(move |count| {
            let exact = start + step * count as f64;
            let steps = exact / step;
            let snaps = (steps - steps.round()).abs() < 1e-10;
            let item = if snaps { steps.round() * step } else { exact };
            if fraction && factor > 0.0 {
                (item * factor).round() / factor
            } else {
                item
            }
        });
        items.take_while(move |item| match (step < 0.0, end) {
            (true, Bound::Included(end)) => item + NEAR >= end,
            (true, Bound::Excluded(end)) => item - NEAR > end,
            (false, Bound::Included(end)) => *item <= end + NEAR,
            (false, Bound::Excluded(end)) => *item < end - NEAR,
            (_, Bound::Unbounded) => item.is_finite(),
        })
    }
}

impl Number {
    fn float(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(number) => write!(formatter, "{number}"),
            Number::Float(number) if number.fract() == 0.0 => write!(formatter, "{number:.1}"),
            Number::Float(number) => write!(formatter, "{number}"),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, next, end) = match *self {
            Range::Int(Steps { start, step, end }) => {
                let next = (step != 1).then(|| Number::Int(start.wrapping_add(step)));
                (Number::Int(start), next, end.map(Number::Int))
            }
            Range::Float(Steps { start, step, end }) => {
                let next = (step != 1.0).then_some(Number::Float(start + step));
                (Number::Float(start), next, end.map(Number::Float))
            }
        };
        write!(formatter, "{start}..")?;
        if let Some(next) = next {
            write!(formatter, "{next}..")?;
        }
        match end {
            Bound::Included(end) => write!(formatter, "{end}"),
            Bound::Excluded(end) => write!(formatter, "<{end}"),
            Bound::Unbounded => Ok(()),
        }
    }
}

fn optional_number(text: &str) -> (Option<Number>, &str) {
    match number(text) {
        Some((number, rest)) => (Some(number), rest),
        None => (None, text),
    }
}

/// The number that `text` begins with, and what follows it.
fn number(text: &str) -> Option<(Number, &str)> {
    let float = float_length(text).and_then(|length| text.split_at_checked(length));
    if let Some((float, rest)) = float {
        return Some((Number::Float(float.parse().ok()?), rest));
    }
    let (int, rest) = text.split_at_checked(int_length(text)?)?;
    Some((Number::Int(int.parse().ok()?), rest))
}

fn float_length(text: &str) -> Option<usize> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let fraction = unsigned.trim_start_matches(|next: char| next.is_ascii_digit());
    let fraction = fraction.strip_prefix('.')?;
    let digits = digits(fraction);
    (digits > 0).then(|| text.len() - fraction.len() + digits)
}

fn int_length(text: &str) -> Option<usize> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.bytes().next() {
        Some(b'1'..=b'9') => Some(text.len() - unsigned.len() + digits(unsigned)),
        Some(b'0') if unsigned.len() == text.len() => Some(1),
        _ => None,
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}
