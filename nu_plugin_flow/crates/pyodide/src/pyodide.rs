//! One Pyodide for a process: what all its interpreters share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wasmtime::{Engine, Extern, Linker, Memory, Module, Store};

use crate::distribution::{Distribution, VERSION, hexadecimal};
use crate::error::Error;
use crate::files::{Layer, Tree, TreeBuilder, TreeError};
use crate::host;
use crate::instance::{BOOTSTRAP, BOOTSTRAP_PATH, Instance, Options};
use crate::libraries::Prepared;
use crate::link::{self, Library, Symbols};
use crate::snapshot::Snapshot;
use crate::state::State;

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

/// Pyodide, ready to start interpreters. Cheap to clone.
#[derive(Clone)]
pub struct Pyodide {
    shared: Arc<Shared>,
}

/// What interpreters share.
pub(crate) struct Shared {
    pub engine: Engine,
    pub linker: Linker<State>,
    pub main: Module,
    /// What the main module imports.
    imports: Vec<(String, String)>,
    distribution: Distribution,
    cache: Box<dyn CodeCache>,
    symbols: OnceLock<Symbols>,
    libraries: Mutex<HashMap<String, Arc<Prepared>>>,
}

impl Pyodide {
    /// Makes Pyodide of its files. The engine has to be one that
    /// [`crate::configure`] configured. Compiles the interpreter where `cache`
    /// does not have it.
    pub fn new(
        engine: &Engine,
        distribution: Distribution,
        cache: impl CodeCache + 'static,
    ) -> Result<Self, Error> {
        let main = cache.module(engine, &format!("pyodide-{VERSION}-{FORM}"), &mut || {
            Ok(link::interpreter(&distribution.interpreter()?)?)
        })?;
        let mut linker = Linker::new(engine);
        host::link(&mut linker, &main)?;
        let shared = Shared {
            engine: engine.clone(),
            linker,
            imports: main
                .imports()
                .map(|import| (import.module().to_owned(), import.name().to_owned()))
                .collect(),
            main,
            distribution,
            cache: Box::new(cache),
            symbols: OnceLock::new(),
            libraries: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Starts Python from nothing, which takes about a second. Take a
    /// [`Snapshot`] of it to start others in a millisecond.
    pub async fn boot(&self, options: Options) -> Result<Instance, Error> {
        let image = self.shared.distribution_image()?;
        let tree = self
            .shared
            .tree(&options)
            .map_err(|error| Error::damaged(error.to_string()))?;
        Instance::boot(&self.shared, &image, tree, options).await
    }

    /// Starts Python as it was when `snapshot` was taken.
    pub async fn start(&self, snapshot: &Snapshot, options: Options) -> Result<Instance, Error> {
        Instance::start(&self.shared, snapshot, options).await
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Shared {
    /// The memory with which Pyodide begins.
    fn distribution_image(&self) -> Result<Module, Error> {
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
        store: &mut Store<State>,
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

    /// The files with which Python starts from nothing.
    fn tree(&self, options: &Options) -> Result<Arc<Tree>, TreeError> {
        let mut builder = TreeBuilder::python()?;
        for layer in &self.layers() {
            builder.layer(layer)?;
        }
        builder.file(BOOTSTRAP_PATH, BOOTSTRAP.as_bytes().into())?;
        for (path, content) in &options.files {
            builder.file(path, content.clone())?;
        }
        Ok(builder.build())
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
