//! From what a person wrote to a program that is loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flow_build::{Agent, AgentKind, Builder, Target};
use flow_runtime::Program;

use crate::error::{About, Error, boxed};
use crate::interpreters::{Interpreters, Places, is_bundle, profile};
use crate::overrides::Overrides;
use crate::surroundings::Surroundings;

/// Finds, builds and loads agents, and grants them what they may.
pub struct Agents<'a, S> {
    pub(crate) places: &'a Places,
    pub(crate) surroundings: &'a S,
    cancel: &'a AtomicBool,
    interpreters: Interpreters<'a>,
}

/// An agent that is ready to be loaded.
#[derive(Debug, Clone)]
pub struct Located {
    /// The agent.
    pub agent: Agent,
    /// Its file: a module, a component, or a bundle for an interpreter.
    pub wasm: PathBuf,
}

/// An agent whose program is loaded.
#[derive(Clone)]
pub struct Loaded {
    /// The agent.
    pub agent: Agent,
    /// Its program.
    pub program: Arc<Program>,
}

impl<'a, S: Surroundings> Agents<'a, S> {
    /// Agents whose code is kept in `places`. `cancel` ends builds and installations when it
    /// becomes true.
    pub fn new(places: &'a Places, surroundings: &'a S, cancel: &'a AtomicBool) -> Self {
        Self {
            places,
            surroundings,
            cancel,
            interpreters: places.interpreters(),
        }
    }

    /// The interpreters of agents that are not compiled.
    pub fn interpreters(&self) -> &Interpreters<'a> {
        &self.interpreters
    }

    /// Finds the agent that `text` names, seen from `directory`, and builds it where its sources
    /// are newer than what was built of them.
    ///
    /// # Errors
    /// There is no such agent, or it cannot be built.
    pub fn locate(&self, text: &str, directory: &Path) -> Result<Located, Error<S::Error>> {
        let agent = Agent::locate(text, directory).map_err(Error::agent)?;
        let wasm = match &agent.kind {
            AgentKind::Wasm { path } if !is_bundle(path) => path.clone(),
            // A bundle is built already, but its packages may have to be fetched.
            _ => self.build(&agent)?,
        };
        Ok(Located { agent, wasm })
    }

    fn build(&self, agent: &Agent) -> Result<PathBuf, Error<S::Error>> {
        let executor = self.surroundings.executor(agent);
        let executor = executor.map_err(Error::Surroundings)?;
        let builder = Builder::new(self.places.cache.clone(), &*executor, Target::Component);
        let built = self.interpreters.equip(builder).for_running().build(
            agent,
            self.cancel,
            self.surroundings.progress(),
        );
        Ok(built.map_err(Error::agent)?.path)
    }

    /// The files that `agent` is built of, those that it would be built of among them.
    ///
    /// # Errors
    /// The surroundings have nothing that could build it.
    pub fn sources(&self, agent: &Agent) -> Result<Vec<PathBuf>, S::Error> {
        if let AgentKind::Wasm { path } = &agent.kind {
            return Ok(vec![path.clone()]);
        }
        let executor = self.surroundings.executor(agent)?;
        let builder = Builder::new(self.places.cache.clone(), &*executor, Target::Component);
        let builder = self.interpreters.equip(builder).for_running();
        Ok(builder.inputs(agent))
    }

    /// Finds, builds and loads the agent that `text` names. Fuel is counted where `overrides`,
    /// the manifest or `count_fuel` ask for it.
    ///
    /// # Errors
    /// There is no such agent, or it cannot be built or loaded.
    pub fn load(
        &self,
        text: &str,
        directory: &Path,
        overrides: &Overrides,
        count_fuel: bool,
    ) -> Result<Loaded, Error<S::Error>> {
        let Located { agent, wasm } = self.locate(text, directory)?;
        let count_fuel = count_fuel || overrides.counts_fuel(&agent.manifest.limits);
        let program = if is_bundle(&wasm) {
            self.interpreters.load(&wasm, count_fuel, self.cancel)
        } else {
            let loaded = self.places.runtime.load(&wasm, profile(count_fuel));
            loaded.map_err(boxed)
        };
        let program = program.map_err(|error| Error::Run(About::Agent, error))?;
        Ok(Loaded { agent, program })
    }
}
