//! What is stored, as it is handed out.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One value with its key. Times are stored in whole milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The namespace that it is in.
    pub namespace: String,
    /// Its key there.
    pub key: String,
    /// The value as JSON text.
    pub value: String,
    /// When the key was first set.
    pub created: SystemTime,
    /// When the value was committed.
    pub updated: SystemTime,
    /// From when on it is no longer there.
    pub expires: Option<SystemTime>,
}

/// Which entries, and how many of them; by default all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of one namespace only.
    pub namespace: Option<String>,
    /// Those whose key begins so.
    pub prefix: String,
    /// Those after this namespace and key, which need not be there: how the next page begins.
    pub after: Option<(String, String)>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// A namespace and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// How many keys it has.
    pub keys: u64,
    /// The bytes of their values, as JSON text.
    pub bytes: u64,
    /// When one of them was last set.
    pub updated: SystemTime,
}

/// Milliseconds since 1970, rounded down; a time before that is negative.
pub(crate) fn milliseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(error) => {
            let before = error.duration().as_nanos().div_ceil(1_000_000);
            i64::try_from(before).map_or(i64::MIN, |before| -before)
        }
    }
}

/// The time so many milliseconds after 1970, or before it.
pub(crate) fn time(milliseconds: i64) -> SystemTime {
    let distance = Duration::from_millis(milliseconds.unsigned_abs());
    let time = if milliseconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_keeps_its_milliseconds_on_both_sides_of_1970() {
        for milliseconds_of in [0, 1, -1, 1_764_366_128_123, -86_400_001, i64::MAX] {
            assert_eq!(milliseconds(time(milliseconds_of)), milliseconds_of);
        }
        let finer = UNIX_EPOCH + Duration::from_micros(2_999);
        assert_eq!(milliseconds(finer), 2);
        assert_eq!(milliseconds(UNIX_EPOCH - Duration::from_micros(1)), -1);
    }
}
