//! The interpreters of agents that are not compiled, and how their bundles are
//! loaded.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flow_build::{Builder, Bundle, EngineInterpreter, EngineStore, bundle};
use flow_cache::{Cache, CacheError};
use flow_runtime::{Profile, Program, Runtime};
use flow_store::StoreError;
use miette::Diagnostic;
use thiserror::Error;

use crate::error::boxed;
use crate::python::{self, Python};

/// Where interpreters and what they read are kept.
#[derive(Clone)]
pub struct Places {
    /// What was built and compiled, and packages.
    pub cache: Cache,
    /// The installed interpreters.
    pub engines: EngineStore,
    /// What runs them, with its code in the cache.
    pub runtime: Arc<Runtime>,
}

/// Every interpreter, each looked up when it is first needed.
pub struct Interpreters<'a> {
    python: Python<'a>,
    javascript: EngineInterpreter<'a>,
    nushell: EngineInterpreter<'a>,
}

/// There is no place for what is kept.
#[derive(Debug, Error, Diagnostic)]
pub enum NoPlace {
    /// For the cache.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cache(#[from] CacheError),
    /// For flow's data.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Data(#[from] StoreError),
}

impl Places {
    /// Those of the user, as this process's environment says: `$FLOW_CACHE_DIR` or the user's
    /// cache, `$FLOW_ENGINES` or the folder `engines` in flow's data.
    ///
    /// # Errors
    /// There is no home to put them in.
    pub fn of_user() -> Result<Self, NoPlace> {
        let cache = Cache::locate()?;
        let named = std::env::var_os("FLOW_ENGINES").filter(|value| !value.is_empty());
        let engines = match named {
            Some(folder) => folder.into(),
            None => flow_store::global()?.path.with_file_name("engines"),
        };
        Ok(Self {
            runtime: Arc::new(Runtime::new(cache.clone())),
            engines: EngineStore::at(engines),
            cache,
        })
    }

    /// Every interpreter, as it is installed here.
    #[must_use]
    pub fn interpreters(&self) -> Interpreters<'_> {
        let engine = |name| EngineInterpreter::new(name, &self.engines, &self.runtime);
        Interpreters {
            python: Python {
                runtime: &self.runtime,
                cache: &self.cache,
            },
            javascript: engine("javascript"),
            nushell: engine("nushell"),
        }
    }
}

impl Interpreters<'_> {
    /// A builder that knows all of them.
    #[must_use]
    pub fn equip<'b>(&'b self, builder: Builder<'b>) -> Builder<'b> {
        builder
            .with_interpreter(&self.python)
            .with_interpreter(&self.javascript)
            .with_interpreter(&self.nushell)
    }

    fn engine(&self, name: &str) -> Option<&EngineInterpreter<'_>> {
        match name {
            "javascript" => Some(&self.javascript),
            "nushell" => Some(&self.nushell),
            _ => None,
        }
    }

    /// Loads the bundle at `path`. With `count_fuel` that has to be an agent whose interpreter
    /// counts it.
    ///
    /// # Errors
    /// The bundle, its interpreter or its packages cannot be had, or `count_fuel` is asked of an
    /// interpreter that does not count it.
    pub fn load(
        &self,
        path: &Path,
        count_fuel: bool,
        cancel: &AtomicBool,
    ) -> Result<Arc<Program>, Box<dyn Diagnostic + Send + Sync>> {
        let bundle = Bundle::read(path).map_err(boxed)?;
        let Some(interpreter) = self.engine(&bundle.toolchain.name) else {
            return python::load(&self.python, bundle, count_fuel, cancel);
        };
        let engine = interpreter.engine().map_err(boxed)?;
        let agent = EngineInterpreter::agent(&bundle);
        let runtime = self.python.runtime;
        runtime
            .load_engine(&engine.component, agent, profile(count_fuel))
            .map_err(boxed)
    }
}

/// The engine's profile that counts fuel, or the one that does not.
pub(crate) fn profile(count_fuel: bool) -> Profile {
    match count_fuel {
        true => Profile::Fuel,
        false => Profile::General,
    }
}

/// Whether the file at `path` is a bundle, by its name.
#[must_use]
pub fn is_bundle(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == bundle::EXTENSION)
}
