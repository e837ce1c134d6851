//! Loads programs: WebAssembly in, machine code from the cache out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use flow_cache::Cache;

use crate::capacity::Capacity;
use crate::code::{self, Encoding, encoding};
use crate::engine::Profile;
use crate::error::{LoadError, RunError};
use crate::interpreter::agent::{EngineAgent, EngineFile};
use crate::interpreter::analyser::Analyser;
use crate::interpreter::contract::{EngineAnalysis, EngineProblem};
use crate::interpreter::snapshot::Initialiser;
use crate::linkers::Engines;
use crate::program::{Code, Program};
use crate::python::interpreter::Interpreter;
use crate::python::program::PythonProgram;
use crate::python::sources::PythonAgent;

/// Live instances for which a runtime reserves address space by default.
pub const DEFAULT_INSTANCES: u32 = 1_000;

/// Loads and keeps programs. One for each process is enough: engines,
/// programs and their code are made once.
pub struct Runtime {
    cache: Cache,
    capacity: Capacity,
    engines: Engines,
    interpreters: Mutex<HashMap<PathBuf, Arc<Interpreter>>>,
    loaded: Mutex<HashMap<(FileIdentity, Profile), Arc<Program>>>,
    analysers: Mutex<HashMap<FileIdentity, Arc<Mutex<Analyser>>>>,
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
            capacity: Capacity::new(instances),
            engines: Engines::new(instances),
            interpreters: Mutex::default(),
            loaded: Mutex::default(),
            analysers: Mutex::default(),
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
        let set = self.engines.get(profile)?;
        let code = match encoding {
            Encoding::Module => {
                code::module(&self.cache, &set.engine, &bytes, path).map(Code::Module)
            }
            Encoding::Component => {
                code::component(&self.cache, &set.engine, &bytes, path).map(Code::Component)
            }
        }?;
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
        let set = self.engines.get(Profile::Python)?;
        let program = PythonProgram::prepare(interpreter, agent)?;
        let code = Code::Python(Arc::new(program), agent.handler);
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
        let analyser = self.analyser(engine)?;
        let mut analyser = analyser.lock().unwrap_or_else(PoisonError::into_inner);
        analyser.analyse(source)
    }

    /// The names of what the language of the engine at `engine` has.
    pub fn vocabulary(&self, engine: &Path) -> Result<Vec<String>, RunError> {
        let analyser = self.analyser(engine)?;
        let mut analyser = analyser.lock().unwrap_or_else(PoisonError::into_inner);
        analyser.vocabulary()
    }

    /// For making snapshots of the core module `core`.
    #[must_use]
    pub fn initialiser<'a>(&'a self, core: &'a [u8]) -> Initialiser<'a> {
        Initialiser {
            engines: &self.engines,
            cache: &self.cache,
            core,
        }
    }

    /// The engine at that path, as it answers questions.
    fn analyser(&self, engine: &Path) -> Result<Arc<Mutex<Analyser>>, LoadError> {
        let identity = FileIdentity::of(engine).map_err(|source| LoadError::Read {
            path: engine.to_owned(),
            source,
        })?;
        let all = || {
            self.analysers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(analyser) = all().get(&identity) {
            return Ok(analyser.clone());
        }
        let analyser = Analyser::new(self.load(engine, Profile::General)?)?;
        let analyser = Arc::new(Mutex::new(analyser));
        all().insert(identity, analyser.clone());
        Ok(analyser)
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
        let set = self.engines.get(Profile::Python)?;
        let interpreter = Arc::new(Interpreter::new(&set.engine, &self.cache, pyodide)?);
        interpreters.insert(pyodide.to_owned(), interpreter.clone());
        Ok(interpreter)
    }
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
