//! How many instances may live at once, and how many may run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Guests that may run at the same time on a stack of their own. Stacks are
/// for running guests; an instance that only lives holds none.
pub(crate) const RUNNING: u32 = 1_000;

/// Mappings that one live instance holds at most, measured (ADR 4): its
/// image, its grown memory, its guard, and the tables.
const MAPPINGS_PER_INSTANCE: usize = 5;
/// Mappings left to everything else in the process.
const MAPPINGS_SPARE: usize = 8_000;
/// The kernel's default where it cannot be asked.
const DEFAULT_MAPPINGS: usize = 65_530;

/// Counts the live instances of a runtime against what the kernel allows.
#[derive(Debug, Clone)]
pub(crate) struct Capacity {
    live: Arc<AtomicUsize>,
    limit: usize,
}

/// One live instance.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Capacity {
    /// Room for `instances`, or for as many as the kernel's limit on
    /// mappings allows.
    pub(crate) fn new(instances: u32) -> Self {
        let mappings = std::fs::read_to_string("/proc/sys/vm/max_map_count")
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(DEFAULT_MAPPINGS);
        let fitting = mappings.saturating_sub(MAPPINGS_SPARE) / MAPPINGS_PER_INSTANCE;
        Self {
            live: Arc::default(),
            limit: fitting.max(1).min(instances as usize),
        }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// A place for one more instance, or `None` when it is full.
    pub(crate) fn take(&self) -> Option<Place> {
        self.live
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |live| {
                (live < self.limit).then_some(live + 1)
            })
            .ok()
            .map(|_| Place(self.live.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_house_refuses_and_a_free_place_is_taken_again() {
        let capacity = Capacity::new(2);
        let first = capacity.take();
        let second = capacity.take();
        assert!(first.is_some() && second.is_some());
        assert!(capacity.take().is_none());
        drop(first);
        assert!(capacity.take().is_some());
    }
}
