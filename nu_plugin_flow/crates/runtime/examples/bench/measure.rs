//! Numbers out of samples.

use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Named numbers, written as one JSON object.
#[derive(Default)]
pub(crate) struct Report(Vec<(String, u128)>);

impl Report {
    pub(crate) fn number(mut self, name: &str, number: impl Into<u128>) -> Self {
        self.0.push((name.to_owned(), number.into()));
        self
    }

    /// Half, 99 % and all of `samples` are at most this, in nanoseconds.
    pub(crate) fn times(self, name: &str, mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        let at = |share: f64| {
            let last = samples.len().saturating_sub(1) as f64;
            let index = (last * share).round() as usize;
            samples.get(index).copied().unwrap_or_default().as_nanos()
        };
        let (half, most, all) = (at(0.5), at(0.99), at(1.0));
        self.number(&format!("{name}_p50"), half)
            .number(&format!("{name}_p99"), most)
            .number(&format!("{name}_max"), all)
    }

    pub(crate) fn write(&self) -> Outcome<()> {
        let members: Vec<_> = self
            .0
            .iter()
            .map(|(name, number)| format!("\"{name}\": {number}"))
            .collect();
        writeln!(std::io::stdout(), "{{{}}}", members.join(", "))?;
        Ok(())
    }
}

/// How long `action` takes, and what it returns.
pub(crate) fn time<T>(action: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = action();
    (start.elapsed(), result)
}
