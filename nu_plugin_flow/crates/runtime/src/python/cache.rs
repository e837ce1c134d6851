//! Code that Pyodide has compiled, in the user's cache.

use std::path::Path;

use flow_cache::{Cache, Digest, MakeError};
use pyodide_wasmtime::{CodeCache, Error};
use wasmtime::{Engine, Module};

use crate::code::cached;

pub(super) struct Compiled(pub(super) Cache);

impl CodeCache for Compiled {
    fn module(
        &self,
        engine: &Engine,
        key: &str,
        wasm: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Module, Error> {
        let digest = Digest::of(key.as_bytes());
        let make = |staging: &Path| -> Result<(), Error> {
            let code = engine.precompile_module(&wasm()?)?;
            Ok(std::fs::write(staging, code)?)
        };
        match cached(&self.0, engine, &digest, make, Module::deserialize_file) {
            Ok(module) => Ok(module?),
            Err(MakeError::Make(error)) => Err(error),
            Err(MakeError::Cache(error)) => Err(Error::Cache(Box::new(error))),
        }
    }
}
