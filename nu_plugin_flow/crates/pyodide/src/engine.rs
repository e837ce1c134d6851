//! What Pyodide needs of a wasmtime engine.

use wasmtime::{Config, PoolingAllocationConfig};

/// Bytes of native stack that Python may use. Its own stack in linear memory
/// (5 MiB) has to run out first, since only that becomes a `RecursionError`;
/// optimised code needs up to three bytes of native stack for one of those.
const NATIVE_STACK: usize = 32 << 20;
/// Stack beyond that, for host functions.
const HOST_STACK: usize = 4 << 20;
/// Memory images are dense up to here; a sparse one would be copied at each
/// start instead of being mapped.
const DENSE_IMAGE: u64 = 256 << 20;
/// Elements of the function table: Pyodide's own (9 000) and those of
/// libraries.
const TABLE_ELEMENTS: usize = 200_000;
/// Tables of the main module: one of functions, others of references to
/// JavaScript, which stay empty.
const TABLES: u32 = 4;
/// Core instances for one interpreter: its memory, its code, and libraries.
const CORE_INSTANCES: u32 = 24;
/// Bytes of the instance structure of Pyodide's module, which has thousands
/// of functions that can be pointed to.
const INSTANCE_SIZE: usize = 4 << 20;

/// Sets what Pyodide needs in `config`: exceptions, typed function references
/// with garbage collection (for `ref.test`), copy-on-write memory, and stacks
/// that outlast Python's. What else is in `config` stays as it is.
///
/// Interpreters run asynchronously, so that they wait without holding a
/// thread. They need no epochs and no fuel, but stop at both where the engine
/// has them.
pub fn configure(config: &mut Config) {
    config
        .wasm_exceptions(true)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_reference_types(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(DENSE_IMAGE)
        .max_wasm_stack(NATIVE_STACK)
        .async_stack_size(NATIVE_STACK + HOST_STACK);
}

/// Sets what `interpreters` living interpreters need of a pooling allocator.
pub fn configure_pool(pool: &mut PoolingAllocationConfig, interpreters: u32) {
    pool.total_core_instances(interpreters.saturating_mul(CORE_INSTANCES))
        // One for its memory, one for references to what is not there.
        .total_memories(interpreters.saturating_mul(2))
        .total_tables(interpreters.saturating_mul(TABLES))
        .max_tables_per_module(TABLES)
        .total_stacks(interpreters)
        .total_gc_heaps(interpreters)
        .max_core_instance_size(INSTANCE_SIZE)
        .table_elements(TABLE_ELEMENTS);
}
