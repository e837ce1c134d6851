//! Code that Pyodide has compiled, in the user's cache.

use std::path::Path;

use flow_cache::{Bucket, Cache, Digest, MakeError};
use pyodide_wasmtime::{CodeCache, Error};
use wasmtime::{Engine, Module};

use crate::runtime::code_key;

pub(super) struct Compiled(pub(super) Cache);

impl CodeCache for Compiled {
    fn module(
        &self,
        engine: &Engine,
        key: &str,
        wasm: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Module, Error> {
        let key = code_key(engine, &Digest::of(key.as_bytes()));
        let make = |staging: &Path| -> Result<(), Error> {
            let code = engine.precompile_module(&wasm()?)?;
            Ok(std::fs::write(staging, code)?)
        };
        let entry = match self.0.get_or_make(Bucket::Code, &key, "cwasm", make) {
            Ok(entry) => entry,
            Err(MakeError::Make(error)) => return Err(error),
            Err(MakeError::Cache(error)) => return Err(Error::Cache(Box::new(error))),
        };
        #[allow(unsafe_code)]
        // SAFETY: the file was written by `precompile_module` of this wasmtime
        // into the user's private cache, which checked its digest.
        let module = unsafe { Module::deserialize_file(engine, &entry.path) };
        Ok(module?)
    }
}
