//! What guests can call, one module for each capability.

pub(crate) mod agent;
pub(crate) mod log;
pub(crate) mod network;
pub(crate) mod pipe;
pub(crate) mod refusals;
pub(crate) mod view;

use wasmtime::component::Linker;

use self::view::HostView;

/// Links everything that can neither block nor wait: an instance that imports
/// no more than this runs on the calling thread's own stack.
pub(crate) fn add_blocking_free<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_sync(linker)?;
    agent::add_direct(linker)
}

/// Links everything, with calls that wait linked as futures, which are
/// dropped at the deadline.
pub(crate) fn add_waiting<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    linker.allow_shadowing(true);
    network::names::add_to_linker(linker)?;
    linker.allow_shadowing(false);
    agent::add_waiting(linker)
}
