//! Machine code: what it is compiled from, its key, and how it comes from the cache.

use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use flow_cache::{Bucket, Cache, Digest, Digester, MakeError};
use wasmtime::component::Component;
use wasmtime::{Engine, Module};

use crate::error::LoadError;

/// What the bytes of a file say they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// A core module.
    Module,
    /// A component.
    Component,
}

/// What `bytes` are, by their first eight.
pub(crate) fn encoding(bytes: &[u8], path: &Path) -> Result<Encoding, LoadError> {
    let path = path.to_owned();
    match bytes.get(..8) {
        Some(b"\0asm\x01\0\0\0") => Ok(Encoding::Module),
        Some(b"\0asm\x0d\0\x01\0") => Ok(Encoding::Component),
        _ if Engine::detect_precompiled(bytes).is_some() => Err(LoadError::Precompiled { path }),
        _ if bytes.starts_with(b"\0asm") => Err(LoadError::Invalid {
            path,
            reason: "its header is truncated or of an unknown version".into(),
        }),
        _ => Err(LoadError::NotWasm { path }),
    }
}

/// The core module `wasm`, compiled at most once on this machine. `path` names it in
/// errors.
pub(crate) fn module(
    cache: &Cache,
    engine: &Engine,
    wasm: &[u8],
    path: &Path,
) -> Result<Module, LoadError> {
    let compile = || engine.precompile_module(wasm);
    compiled(cache, engine, wasm, path, compile, Module::deserialize_file)
}

/// The same for a component.
pub(crate) fn component(
    cache: &Cache,
    engine: &Engine,
    wasm: &[u8],
    path: &Path,
) -> Result<Component, LoadError> {
    let compile = || engine.precompile_component(wasm);
    let open = Component::deserialize_file;
    compiled(cache, engine, wasm, path, compile, open)
}

fn compiled<C>(
    cache: &Cache,
    engine: &Engine,
    wasm: &[u8],
    path: &Path,
    compile: impl FnOnce() -> wasmtime::Result<Vec<u8>>,
    open: unsafe fn(&Engine, PathBuf) -> wasmtime::Result<C>,
) -> Result<C, LoadError> {
    let invalid = |error: wasmtime::Error| LoadError::Invalid {
        path: path.to_owned(),
        reason: format!("{error:#}"),
    };
    let make = |staging: &Path| {
        std::fs::write(staging, compile().map_err(invalid)?).map_err(|source| LoadError::Read {
            path: staging.to_owned(),
            source,
        })
    };
    cached(cache, engine, &Digest::of(wasm), make, open)
        .map_err(LoadError::made)?
        .map_err(invalid)
}

/// The machine code of what `digest` names. Where `cache` does not have it, `make` writes
/// what `precompile_*` of `engine` gives.
pub(crate) fn cached<C, E>(
    cache: &Cache,
    engine: &Engine,
    digest: &Digest,
    make: impl FnOnce(&Path) -> Result<(), E>,
    open: unsafe fn(&Engine, PathBuf) -> wasmtime::Result<C>,
) -> Result<wasmtime::Result<C>, MakeError<E>> {
    let key = key(engine, digest);
    let entry = cache.get_or_make(Bucket::Code, &key, "cwasm", make)?;
    #[allow(unsafe_code)]
    // SAFETY: the file was written by `precompile_*` of this wasmtime into the user's
    // private cache, which checked its digest.
    Ok(unsafe { open(engine, entry.path) })
}

/// The key of code: what is compiled, by which wasmtime, with which flags.
fn key(engine: &Engine, digest: &Digest) -> Digest {
    struct Parts(Digester);
    impl Hasher for Parts {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut parts = Parts(Digester::new());
    parts.0.update(digest.to_hex().as_bytes());
    engine.precompile_compatibility_hash().hash(&mut parts);
    parts.0.finish()
}
