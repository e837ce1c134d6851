//! Loads programs: WebAssembly in, machine code from the cache out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use flow_cache::{Bucket, Cache, Digest, Digester};
use wasmtime::component::{self, Component};
use wasmtime::{Engine, Module};

use crate::capacity::Capacity;
use crate::engine::{self, Profile};
use crate::error::{LoadError, RunError};
use crate::host;
use crate::interpreter::{
    EngineAgent, EngineAnalysis, EngineFile, EngineProblem, Initialiser, Kept, snapshot_code,
};
use crate::program::{Code, Program};
use crate::python::{Interpreter, PythonAgent};
use crate::state::State;
use crate::ticker;

/// Live instances for which a runtime reserves address space by default.
pub const DEFAULT_INSTANCES: u32 = 1_000;

/// What the bytes of a file say they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// A core module.
    Module,
    /// A component.
    Component,
}

/// Loads and keeps programs. One for each process is enough: engines,
/// programs and their code are made once.
pub struct Runtime {
    cache: Cache,
    instances: u32,
    capacity: Capacity,
    general: OnceLock<Arc<EngineSet>>,
    fuel: OnceLock<Arc<EngineSet>>,
    python: OnceLock<Arc<EngineSet>>,
    interpreters: Mutex<HashMap<PathBuf, Arc<Interpreter>>>,
    loaded: Mutex<HashMap<(FileIdentity, Profile), Arc<Program>>>,
    kept: Mutex<HashMap<FileIdentity, Arc<Mutex<Kept>>>>,
}

/// One engine and what is linked for it, each made at first use.
pub(crate) struct EngineSet {
    pub(crate) engine: Engine,
    direct: OnceLock<component::Linker<State>>,
    waiting: OnceLock<component::Linker<State>>,
    modules: OnceLock<wasmtime::Linker<State>>,
}

/// A file as the operating system tells it apart from its earlier self.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct FileIdentity {
    path: PathBuf,
    size: u64,
    modified: Option<SystemTime>,
    changed: (i64, i64, u64),
}

impl Runtime {
    /// A runtime whose code lives in `cache`, with room for
    /// [`DEFAULT_INSTANCES`].
    #[must_use]
    pub fn new(cache: Cache) -> Self {
        Self::with_instances(cache, DEFAULT_INSTANCES)
    }

    /// A runtime with room for `instances` live instances.
    #[must_use]
    pub fn with_instances(cache: Cache, instances: u32) -> Self {
        Self {
            cache,
            instances,
            capacity: Capacity::new(instances),
            general: OnceLock::new(),
            fuel: OnceLock::new(),
            python: OnceLock::new(),
            interpreters: Mutex::default(),
            loaded: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// Loads the module or component at `path` for `profile`. Its machine
    /// code comes from the cache, or is compiled into it.
    pub fn load(&self, path: &Path, profile: Profile) -> Result<Arc<Program>, LoadError> {
        let read = |source| LoadError::Read {
            path: path.to_owned(),
            source,
        };
        let identity = FileIdentity::of(path).map_err(read)?;
        let key = (identity, profile);
        let loaded = || self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = loaded().get(&key) {
            return Ok(program.clone());
        }
        let bytes = std::fs::read(path).map_err(read)?;
        let encoding = encoding(&bytes, path)?;
        let set = self.engines(profile)?;
        let digest = Digest::of(&bytes);
        let code = self.code(&set.engine, encoding, &bytes, &digest, path)?;
        let program = Arc::new(Program::new(set, code, self.capacity.clone())?);
        loaded().insert(key, program.clone());
        Ok(program)
    }

    /// Gets a Python agent ready to run. `pyodide` is the folder with
    /// Pyodide's files; compiling it takes some seconds, once on a machine.
    pub fn load_python(
        &self,
        pyodide: &Path,
        agent: &PythonAgent,
    ) -> Result<Arc<Program>, LoadError> {
        let interpreter = self.interpreter(pyodide)?;
        let set = self.engines(Profile::Python)?;
        let code = Code::Python(Arc::new(interpreter.prepare(agent)?), agent.handler);
        Ok(Arc::new(Program::new(set, code, self.capacity.clone())?))
    }

    /// Gets an agent ready whose language the component at `engine` runs.
    pub fn load_engine(
        &self,
        engine: &Path,
        agent: EngineAgent,
        profile: Profile,
    ) -> Result<Arc<Program>, LoadError> {
        let engine = self.load(engine, profile)?;
        let code = Code::Engine(engine.component()?.clone(), Arc::new(agent));
        let program = Program::new(engine.set.clone(), code, self.capacity.clone())?;
        Ok(Arc::new(program))
    }

    /// Asks the engine at `engine` what a source is, without running it.
    pub fn analyse(
        &self,
        engine: &Path,
        source: &EngineFile,
    ) -> Result<Result<EngineAnalysis, EngineProblem>, RunError> {
        let kept = self.kept(engine)?;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.analyse(source)
    }

    /// The names of what the language of the engine at `engine` has.
    pub fn vocabulary(&self, engine: &Path) -> Result<Vec<String>, RunError> {
        let kept = self.kept(engine)?;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.vocabulary()
    }

    /// For making snapshots of the core module `core`.
    #[must_use]
    pub fn initialiser<'a>(&'a self, core: &'a [u8]) -> Initialiser<'a> {
        Initialiser {
            runtime: self,
            core,
        }
    }

    /// The engine at that path, as it answers questions.
    fn kept(&self, engine: &Path) -> Result<Arc<Mutex<Kept>>, LoadError> {
        let identity = FileIdentity::of(engine).map_err(|source| LoadError::Read {
            path: engine.to_owned(),
            source,
        })?;
        let all = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all().get(&identity) {
            return Ok(kept.clone());
        }
        let kept = Kept::new(self.load(engine, Profile::General)?)?;
        let kept = Arc::new(Mutex::new(kept));
        all().insert(identity, kept.clone());
        Ok(kept)
    }

    /// The machine code of a core module that has no file.
    pub(crate) fn compiled(&self, wasm: &[u8]) -> Result<(Arc<EngineSet>, Module), LoadError> {
        let set = self.engines(Profile::General)?;
        let digest = Digest::of(wasm);
        let place = Path::new("a core module");
        let code = self.code(&set.engine, Encoding::Module, wasm, &digest, place)?;
        Ok((set, snapshot_code(code)?))
    }

    /// Asks Python what a source is: see `analyse` in `python/agent.py`.
    pub fn analyse_python(&self, pyodide: &Path, question: &[u8]) -> Result<Vec<u8>, LoadError> {
        self.interpreter(pyodide)?.analyse(question)
    }

    fn interpreter(&self, pyodide: &Path) -> Result<Arc<Interpreter>, LoadError> {
        let mut interpreters = self
            .interpreters
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(interpreter) = interpreters.get(pyodide) {
            return Ok(interpreter.clone());
        }
        let set = self.engines(Profile::Python)?;
        let interpreter = Arc::new(Interpreter::new(&set.engine, &self.cache, pyodide)?);
        interpreters.insert(pyodide.to_owned(), interpreter.clone());
        Ok(interpreter)
    }

    fn engines(&self, profile: Profile) -> Result<Arc<EngineSet>, LoadError> {
        let slot = match profile {
            Profile::General => &self.general,
            Profile::Fuel => &self.fuel,
            Profile::Python => &self.python,
        };
        if let Some(set) = slot.get() {
            return Ok(set.clone());
        }
        let failed = |reason: String| LoadError::Engine { reason };
        let engine = engine::engine(profile, self.instances)
            .map_err(|error| failed(format!("{error:#}")))?;
        ticker::add(&engine).map_err(|error| failed(error.to_string()))?;
        let set = Arc::new(EngineSet {
            engine,
            direct: OnceLock::new(),
            waiting: OnceLock::new(),
            modules: OnceLock::new(),
        });
        Ok(slot.get_or_init(|| set).clone())
    }

    /// The machine code of `bytes`, compiled at most once on this machine.
    fn code(
        &self,
        engine: &Engine,
        encoding: Encoding,
        bytes: &[u8],
        digest: &Digest,
        path: &Path,
    ) -> Result<Code, LoadError> {
        let invalid = |error: wasmtime::Error| LoadError::Invalid {
            path: path.to_owned(),
            reason: format!("{error:#}"),
        };
        let key = code_key(engine, digest);
        let entry = self
            .cache
            .get_or_make(Bucket::Code, &key, "cwasm", |staging| {
                let code = match encoding {
                    Encoding::Module => engine.precompile_module(bytes),
                    Encoding::Component => engine.precompile_component(bytes),
                };
                let code = code.map_err(invalid)?;
                std::fs::write(staging, code).map_err(|source| LoadError::Read {
                    path: staging.to_owned(),
                    source,
                })
            })
            .map_err(LoadError::made)?;
        #[allow(unsafe_code)]
        // SAFETY: the file was written by `precompile_*` of this wasmtime
        // into the user's private cache, which checked its digest.
        let code = unsafe {
            match encoding {
                Encoding::Module => Module::deserialize_file(engine, &entry.path).map(Code::Module),
                Encoding::Component => {
                    Component::deserialize_file(engine, &entry.path).map(Code::Component)
                }
            }
        };
        code.map_err(invalid)
    }
}

impl EngineSet {
    /// Calls that wait are not there, or return at once.
    pub(crate) fn direct(&self) -> Result<&component::Linker<State>, LoadError> {
        linked(&self.direct, || {
            let mut linker = component::Linker::new(&self.engine);
            host::add_blocking_free(&mut linker).map(|()| linker)
        })
    }

    /// Calls that wait are futures; instances need a stack of their own.
    pub(crate) fn waiting(&self) -> Result<&component::Linker<State>, LoadError> {
        linked(&self.waiting, || {
            let mut linker = component::Linker::new(&self.engine);
            host::add_waiting(&mut linker).map(|()| linker)
        })
    }

    /// Preview 1 and its predecessor, for core modules.
    pub(crate) fn modules(&self) -> Result<&wasmtime::Linker<State>, LoadError> {
        linked(&self.modules, || {
            let mut linker = wasmtime::Linker::new(&self.engine);
            wasmtime_wasi::p1::add_to_linker_async(&mut linker, State::preview1)?;
            wasmtime_wasi::p0::add_to_linker_async(&mut linker, State::preview1)?;
            Ok(linker)
        })
    }
}

fn linked<L>(
    slot: &OnceLock<L>,
    make: impl FnOnce() -> wasmtime::Result<L>,
) -> Result<&L, LoadError> {
    if let Some(linker) = slot.get() {
        return Ok(linker);
    }
    let linker = make().map_err(|error| LoadError::Engine {
        reason: format!("{error:#}"),
    })?;
    Ok(slot.get_or_init(|| linker))
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

/// The key of code: what is compiled, by which wasmtime, with which flags.
pub(crate) fn code_key(engine: &Engine, digest: &Digest) -> Digest {
    struct Parts(Digester);
    impl std::hash::Hasher for Parts {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut parts = Parts(Digester::new());
    parts.0.update(digest.to_hex().as_bytes());
    std::hash::Hash::hash(&engine.precompile_compatibility_hash(), &mut parts);
    parts.0.finish()
}

impl FileIdentity {
    fn of(path: &Path) -> std::io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ctime(), metadata.ctime_nsec(), metadata.ino())
        };
        #[cfg(not(unix))]
        let changed = (0, 0, 0);
        Ok(Self {
            path: std::path::absolute(path)?,
            size: metadata.len(),
            modified: metadata.modified().ok(),
            changed,
        })
    }
}
