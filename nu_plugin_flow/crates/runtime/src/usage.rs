//! What is measured of a run.

/// What a run used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The most bytes of linear memory.
    pub peak_memory: u64,
    /// Units of fuel; `None` where fuel is not counted.
    pub fuel: Option<u64>,
}
