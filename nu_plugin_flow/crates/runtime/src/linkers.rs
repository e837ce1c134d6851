//! Engines, and what is linked for each, made at first use.

use std::sync::{Arc, OnceLock};

use wasmtime::{Engine, Linker, component};

use crate::engine::{self, Profile};
use crate::error::LoadError;
use crate::host;
use crate::state::State;
use crate::ticker;

/// The engines of a runtime, one for each profile.
pub(crate) struct Engines {
    instances: u32,
    general: OnceLock<Arc<EngineSet>>,
    fuel: OnceLock<Arc<EngineSet>>,
    python: OnceLock<Arc<EngineSet>>,
}

/// One engine and its linkers.
pub(crate) struct EngineSet {
    pub(crate) engine: Engine,
    direct: OnceLock<component::Linker<State>>,
    waiting: OnceLock<component::Linker<State>>,
    modules: OnceLock<Linker<State>>,
}

impl Engines {
    /// Each with room for `instances` live instances.
    pub(crate) fn new(instances: u32) -> Self {
        Self {
            instances,
            general: OnceLock::new(),
            fuel: OnceLock::new(),
            python: OnceLock::new(),
        }
    }

    pub(crate) fn get(&self, profile: Profile) -> Result<Arc<EngineSet>, LoadError> {
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
    pub(crate) fn modules(&self) -> Result<&Linker<State>, LoadError> {
        linked(&self.modules, || {
            let mut linker = Linker::new(&self.engine);
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
