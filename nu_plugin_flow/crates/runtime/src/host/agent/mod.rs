//! The imports of the world `flow:agent`: durable memory and calls to peers.

pub(crate) mod bindings;
mod calls;
pub(crate) mod host;
mod memory;

use wasmtime::component::Linker;

use super::view::HostView;

/// Links both for instances on the stack of the thread, which may not call others.
pub(crate) fn add_direct<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    memory::add_to_linker(linker)?;
    calls::add_refusing(linker)
}

/// Links both for instances on a fiber.
pub(crate) fn add_waiting<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    memory::add_to_linker(linker)?;
    calls::add_waiting(linker)
}
