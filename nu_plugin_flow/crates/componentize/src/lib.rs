//! From a core module for WASI preview 1 to a component, without an external tool.
//!
//! The module is a reactor: it exports the functions of a world of
//! `wasm-toolchains/wit` under their names of the canonical ABI, its memory,
//! `cabi_realloc` and, where it has something to prepare, `_initialize`.

mod arena;
mod error;
mod module;
mod world;

use std::fmt::Display;

pub use arena::ARENA_MARK;
pub use error::ComponentizeError;
pub use world::World;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// Where the adapter between the two WASI gets the memory that it needs
/// before the module was initialised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// From the module's `cabi_realloc`, which works at any time.
    Realloc,
    /// From an arena that the module sets aside in its data, as the SDK for Go
    /// does, whose runtime can neither be called before `_initialize` nor share
    /// growing its memory: [`ARENA_MARK`], the size of the whole arena in bytes
    /// (`u32`, little-endian), and zeros. 256 KiB are enough.
    Arena,
}

/// Makes a component of `world` of a core module. Sections in which the
/// module's own compiler described another world are left out.
///
/// # Errors
/// `module` is not a core module, it lacks an export or the arena, or it
/// imports what neither the world nor WASI preview 1 has.
pub fn componentize(
    module: &[u8],
    world: World,
    allocation: Allocation,
) -> Result<Vec<u8>, ComponentizeError> {
    let mut module = module::without_worlds(module)?;
    // What has an arena has something to initialise.
    let also: &[&str] = match allocation {
        Allocation::Realloc => &[],
        Allocation::Arena => &["_initialize"],
    };
    module::check_exports(&module, world, also)?;
    if allocation == Allocation::Arena {
        module = arena::add_allocator(&module)?;
    }
    let encode = |error| ComponentizeError::Encode {
        world,
        reason: error,
    };
    encode_component(module, world).map_err(encode)
}

/// The encoder's errors are sentences, each about the one after it.
fn encode_component(mut module: Vec<u8>, world: World) -> Result<Vec<u8>, String> {
    fn sentence(error: impl Display) -> String {
        format!("{error:#}")
    }
    let (resolve, id) = world.resolve()?;
    embed_component_metadata(&mut module, &resolve, id, StringEncoding::UTF8).map_err(sentence)?;
    ComponentEncoder::default()
        .module(&module)
        .map_err(sentence)?
        .adapter(
            WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
            WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
        )
        .map_err(sentence)?
        .validate(true)
        .encode()
        .map_err(sentence)
}

#[cfg(test)]
mod tests;
