//! What the kernel says about this process. Linux only.

use std::fs;

use crate::measure::{Outcome, Report};

/// What a process holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    /// Its share of the memory, in bytes: pages of its own, and its part of
    /// those that several mappings have.
    pub(crate) memory: u64,
    /// Entries of `/proc/self/maps`.
    pub(crate) mappings: u64,
    pub(crate) descriptors: u64,
}

impl Held {
    pub(crate) fn now() -> Outcome<Self> {
        let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
        let kibibytes: u64 = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next())
            .ok_or("no `Pss` in /proc/self/smaps_rollup")?
            .parse()?;
        Ok(Self {
            memory: kibibytes << 10,
            mappings: fs::read_to_string("/proc/self/maps")?.lines().count() as u64,
            descriptors: fs::read_dir("/proc/self/fd")?.count() as u64,
        })
    }

    /// Adds to `report` what came on top since `before`.
    pub(crate) fn since(self, before: Self, report: Report) -> Report {
        report
            .number("memory", self.memory.saturating_sub(before.memory))
            .number("mappings", self.mappings.saturating_sub(before.mappings))
            .number(
                "descriptors",
                self.descriptors.saturating_sub(before.descriptors),
            )
    }
}
