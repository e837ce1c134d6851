//! The modules of WebAssembly that all interpreters of one Pyodide share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wasmtime::{Engine, Extern, Linker, Memory, Module, Store};

use crate::distribution::{Distribution, VERSION, hexadecimal};
use crate::error::Error;
use crate::files::Layer;
use crate::libraries::Prepared;
use crate::link::{self, Library, Symbols};

/// Names the form of what this version of the crate compiles; part of the
/// keys of [`CodeCache`].
const FORM: &str = "1";
/// How the main module imports its memory.
const MEMORY: (&str, &str) = ("env", "memory");

/// Makes modules of WebAssembly, or finds those that it made before. Pyodide
/// takes some ten seconds of processor time to compile.
pub trait CodeCache: Send + Sync {
    /// The module called `key`. `wasm` makes its bytes where it is not there;
    /// the same key always has the same bytes.
    fn module(
        &self,
        engine: &Engine,
        key: &str,
        wasm: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Module, Error>;
}

/// Compiles anew in every process.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCache;

impl CodeCache for NoCache {
    fn module(
        &self,
        engine: &Engine,
        _key: &str,
        wasm: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Module, Error> {
        Ok(Module::new(engine, wasm()?)?)
    }
}

/// The modules of one Pyodide, which all its interpreters share. `T` is what the
/// host keeps for an interpreter in its store.
pub(crate) struct Modules<T: 'static> {
    pub engine: Engine,
    /// The host's functions.
    pub linker: Linker<T>,
    pub main: Module,
    /// What the main module imports.
    imports: Vec<(String, String)>,
    distribution: Distribution,
    cache: Box<dyn CodeCache>,
    symbols: OnceLock<Symbols>,
    libraries: Mutex<HashMap<String, Arc<Prepared>>>,
}

impl<T: 'static> Modules<T> {
    /// Prepares the modules of a distribution; `link` defines what the main one
    /// imports.
    pub(crate) fn new(
        engine: &Engine,
        distribution: Distribution,
        cache: Box<dyn CodeCache>,
        link: impl FnOnce(&mut Linker<T>, &Module) -> wasmtime::Result<()>,
    ) -> Result<Self, Error> {
        let main = cache.module(engine, &format!("pyodide-{VERSION}-{FORM}"), &mut || {
            Ok(link::interpreter(&distribution.interpreter()?)?)
        })?;
        let mut linker = Linker::new(engine);
        link(&mut linker, &main)?;
        Ok(Self {
            engine: engine.clone(),
            linker,
            imports: main
                .imports()
                .map(|import| (import.module().to_owned(), import.name().to_owned()))
                .collect(),
            main,
            distribution,
            cache,
            symbols: OnceLock::new(),
            libraries: Mutex::default(),
        })
    }

    /// The memory with which Pyodide begins.
    pub(crate) fn initial_image(&self) -> Result<Module, Error> {
        let key = format!("pyodide-{VERSION}-{FORM}-image");
        self.module(&key, &mut || {
            Ok(link::initial_image(&self.distribution.interpreter()?)?.module()?)
        })
    }

    pub(crate) fn module(
        &self,
        key: &str,
        wasm: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Module, Error> {
        self.cache.module(&self.engine, key, wasm)
    }

    /// What the main module imports, for one interpreter with this memory. A
    /// linker that has the memory too would be a copy for each interpreter, which
    /// costs more than to look up what it imports.
    pub(crate) fn imports(
        &self,
        store: &mut Store<T>,
        memory: Memory,
    ) -> Result<Vec<Extern>, Error> {
        let mut imports = Vec::with_capacity(self.imports.len());
        for (module, name) in &self.imports {
            if (module.as_str(), name.as_str()) == MEMORY {
                imports.push(memory.into());
            } else {
                imports.push(self.linker.get(&mut *store, module, name)?);
            }
        }
        Ok(imports)
    }

    /// Files that snapshots refer to instead of holding them.
    pub(crate) fn layers(&self) -> [Layer; 1] {
        [self.distribution.library()]
    }

    /// The symbols of the main module, read where a library wants them.
    pub(crate) fn symbols(&self) -> Result<&Symbols, Error> {
        if let Some(symbols) = self.symbols.get() {
            return Ok(symbols);
        }
        let symbols = Symbols::read(&self.distribution.interpreter()?)?;
        Ok(self.symbols.get_or_init(|| symbols))
    }

    /// The library with these bytes, compiled.
    pub(crate) fn library(&self, bytes: &[u8]) -> Result<Arc<Prepared>, Error> {
        let digest = hexadecimal(bytes);
        let known = || {
            self.libraries
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(prepared) = known().get(&digest) {
            return Ok(prepared.clone());
        }
        let library = Library::prepare(bytes)?;
        let module = self.library_module(&digest, &mut || Ok(library.wasm.clone()))?;
        let prepared = Arc::new(Prepared {
            library,
            module,
            digest: digest.clone(),
        });
        known().insert(digest, prepared.clone());
        Ok(prepared)
    }

    pub(crate) fn library_module(
        &self,
        digest: &str,
        wasm: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Module, Error> {
        self.module(&format!("library-{FORM}-{digest}"), wasm)
    }
}
