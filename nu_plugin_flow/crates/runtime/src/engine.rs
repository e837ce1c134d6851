//! One wasmtime engine for each profile, with its pool of instances.

use wasmtime::{Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use crate::capacity;

/// What an engine compiles for. Code of one profile does not run in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Everything that does not count fuel.
    General,
    /// Counts fuel, which costs a check in every block of code.
    Fuel,
    /// For CPython, which needs exceptions and a deep stack.
    Python,
}

/// Address space that each linear memory reserves, so that 32-bit accesses
/// need no bounds checks.
const RESERVATION: u64 = 4 << 30;
const GUARD: u64 = 32 << 20;
/// Where the address space is short, memories start small and move to grow.
const SHORT_RESERVATION: u64 = 1 << 20;
const SHORT_GUARD: u64 = 64 << 10;
/// Elements of one table slot; a larger table is refused by the pool.
const TABLE_SLOT: usize = 100_000;
/// Bytes of a dropped memory that are cleared by writing instead of being
/// given back: a small agent then spawns without a page fault or system call.
const KEEP_RESIDENT: usize = 128 << 10;
/// Bytes of stack that code may use. Interpreters recurse for each call of their
/// programs, and their own limit has to come first. A guest that cannot wait is on
/// the stack of its thread, which has 2 MiB.
const STACK: usize = 1664 << 10;
/// Stack of a fiber beyond that, for host functions.
const HOST_STACK: usize = 1 << 20;
/// A component built by the usual tools has up to four core instances (the
/// program, an adapter, two shims) and as many tables.
const CORE_PER_COMPONENT: u32 = 4;

/// Makes the engine of `profile` for up to `instances` live instances. Where
/// the address space is too short for that pool, halves it; where no pool
/// fits at all, allocates on demand.
pub(crate) fn engine(profile: Profile, instances: u32) -> wasmtime::Result<Engine> {
    let mut pool = instances;
    while pool >= 8 {
        let mut config = base(profile);
        config
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pooling(profile, pool)))
            .memory_reservation(RESERVATION)
            .memory_guard_size(GUARD);
        match Engine::new(&config) {
            Ok(engine) => return Ok(engine),
            Err(_) => pool /= 2,
        }
    }
    let mut config = base(profile);
    config
        .memory_reservation(SHORT_RESERVATION)
        .memory_guard_size(SHORT_GUARD);
    Engine::new(&config)
}

fn base(profile: Profile) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .consume_fuel(profile == Profile::Fuel)
        .memory_init_cow(true)
        .cranelift_opt_level(OptLevel::Speed)
        .native_unwind_info(false)
        .shared_memory(false)
        .max_wasm_stack(STACK)
        .async_stack_size(STACK + HOST_STACK);
    if profile == Profile::Python {
        pyodide_wasmtime::configure(&mut config);
    }
    config
}

fn pooling(profile: Profile, instances: u32) -> PoolingAllocationConfig {
    let core = instances.saturating_mul(CORE_PER_COMPONENT);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(core)
        .total_memories(instances)
        .total_tables(core)
        .total_stacks(capacity::RUNNING)
        .max_memory_size(RESERVATION as usize)
        .table_elements(TABLE_SLOT)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT)
        .max_unused_warm_slots(instances.min(64));
    if profile == Profile::Python {
        pyodide_wasmtime::configure_pool(&mut pool, instances);
        // Its image is large and mapped: what was written is given back.
        pool.linear_memory_keep_resident(0).table_keep_resident(0);
    }
    pool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_that_cannot_fit_falls_back_to_a_smaller_one() {
        let engine = engine(Profile::General, u32::MAX / 8);
        assert!(engine.is_ok(), "{:?}", engine.err());
    }
}
