//! Counts and bounds the memory and tables of one store.

use flow_contract::Limits;
use wasmtime::ResourceLimiter;

/// Instances inside one store: a component is made of a few.
const INSTANCES: usize = 64;
const MEMORIES: usize = 8;
const TABLES: usize = 64;

/// What one store uses, and may use at most.
#[derive(Debug, Default)]
pub(crate) struct MemoryLimiter {
    limit: u64,
    table_limit: u64,
    bytes: u64,
    peak: u64,
    elements: u64,
    /// Bytes that were asked for and refused.
    pub(crate) refused: Option<u64>,
    /// Table elements that were asked for and refused.
    pub(crate) refused_elements: Option<u64>,
}

impl MemoryLimiter {
    /// Nothing is used yet.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limit: limits.memory,
            table_limit: limits.table_elements,
            ..Self::default()
        }
    }

    /// The most bytes that were in use at once.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = (desired as u64).saturating_sub(current as u64);
        let bytes = self.bytes.saturating_add(more);
        if bytes > self.limit {
            self.refused = Some(bytes);
            return Ok(false);
        }
        self.bytes = bytes;
        self.peak = self.peak.max(bytes);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = (desired as u64).saturating_sub(current as u64);
        let elements = self.elements.saturating_add(more);
        if elements > self.table_limit {
            self.refused_elements = Some(elements);
            return Ok(false);
        }
        self.elements = elements;
        Ok(true)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }

    fn tables(&self) -> usize {
        TABLES
    }
}
