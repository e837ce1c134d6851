//! What a run is granted: by the agent's manifest, by a person, and by the manifests of the agents
//! that it may call, which are built and loaded before it begins.

use std::collections::HashSet;
use std::path::Path;

use flow_build::{Agent, AgentKind};
use flow_contract::AgentGrant;
use flow_runtime::{CancellationToken, Directory, Grants, Handler, Kind};
use flow_store::Store;
use miette::Diagnostic;
use thiserror::Error as ThisError;

use crate::agents::{Agents, Loaded};
use crate::error::{About, Error};
use crate::granted::Granted;
use crate::overrides::Overrides;
use crate::signatures::read_signature;
use crate::surroundings::Surroundings;
use crate::worker::Worker;

/// The network was granted to an agent whose language has none.
#[derive(Debug, ThisError, Diagnostic)]
#[error("agents in {language} have no network")]
#[diagnostic(
    code(flow::build::network),
    help("leave `--allow-net` out: agents in rust and ready `.wasm` files have a network")
)]
struct NoNetwork {
    language: &'static str,
}

/// An agent that was to be called, and is no handler.
#[derive(Debug, ThisError, Diagnostic)]
#[error("it has no `handle` that could be called")]
#[diagnostic(
    code(flow::permissions::callee),
    help("a program or a typed component is run by itself: `flow run`, `flow call`")
)]
struct NoHandler;

/// What is known of the agents that a run may lead to.
#[derive(Default)]
struct Known {
    store: Option<Store>,
    directory: Directory,
    identities: HashSet<String>,
}

impl<S: Surroundings> Agents<'_, S> {
    /// What `agent` is granted by its manifest and `overrides`, and the agents that it may call,
    /// and those that these may call, ready to be called. They are granted what their own manifests
    /// name.
    ///
    /// # Errors
    /// An agent that it may call cannot be run, its language has no network and is to have one, or
    /// the surroundings do not have what is granted.
    pub fn grants(
        &self,
        agent: &Agent,
        overrides: &Overrides,
        is_command: bool,
    ) -> Result<Granted, Error<S::Error>> {
        let mut known = Known::default();
        let mut grants = self.granted(agent, overrides, is_command, &mut known)?;
        known.identities.insert(grants.identity.clone());
        for grant in grants.permissions.agents.clone() {
            let mut given = overrides.permissions.agents.iter();
            let about = match given.position(|given| *given == grant) {
                Some(number) => About::Grant(number),
                None => About::Callee,
            };
            let identity = self.callee(&agent.name, &grant, about, &mut known)?;
            grants.callable.insert(grant.name, identity);
        }
        Ok(Granted {
            grants,
            callees: known.directory,
        })
    }

    /// A worker for the handler that `text` names, seen from `directory`: found, built, loaded and
    /// granted what its manifest and `overrides` say. `cancel` stops its instances.
    ///
    /// # Errors
    /// There is no such agent, it cannot be run or granted something, or it is no handler.
    pub fn worker(
        &self,
        text: &str,
        directory: &Path,
        overrides: &Overrides,
        cancel: CancellationToken,
    ) -> Result<Worker, Error<S::Error>> {
        let Loaded { agent, program } = self.load(text, directory, overrides, false)?;
        let Granted { grants, callees } = self.grants(&agent, overrides, false)?;
        let handler = Handler::new(program, grants).map_err(Error::agent)?;
        Ok(Worker::new(handler, callees, false, cancel))
    }

    /// All that `agent` is granted but its callees.
    fn granted(
        &self,
        agent: &Agent,
        overrides: &Overrides,
        is_command: bool,
        known: &mut Known,
    ) -> Result<Grants, Error<S::Error>> {
        if let AgentKind::Source { language, .. } = &agent.kind
            && !overrides.permissions.net.is_empty()
            && !language.has_network()
        {
            let language = language.name();
            return Err(Error::Run(About::Network, Box::new(NoNetwork { language })));
        }
        let mut permissions = agent.manifest.permissions();
        overrides.extend(&mut permissions);
        let mut environment = Vec::new();
        for name in &permissions.env {
            let value = self.surroundings.variable(name);
            if let Some(value) = value.map_err(Error::Surroundings)? {
                environment.push((name.clone(), value));
            }
        }
        let store = match permissions.memory.is_empty() {
            true => None,
            false => Some(self.store(known)?),
        };
        Ok(Grants {
            permissions,
            environment,
            store,
            log: self.surroundings.log(&agent.name),
            name: agent.name.clone(),
            identity: identity(agent),
            ..Grants::nothing(overrides.limits(&agent.manifest.limits, is_command))
        })
    }

    /// The memory, the same for all agents of a run.
    fn store(&self, known: &mut Known) -> Result<Store, Error<S::Error>> {
        if let Some(store) = &known.store {
            return Ok(store.clone());
        }
        let path = self.surroundings.memory().map_err(Error::Surroundings)?;
        Ok(known.store.insert(Store::at(&path)).clone())
    }

    /// Loads an agent that `caller` may call, and all that it may call itself; returns who it is.
    fn callee(
        &self,
        caller: &str,
        grant: &AgentGrant,
        about: About,
        known: &mut Known,
    ) -> Result<String, Error<S::Error>> {
        let refuse = |error: Error<S::Error>| error.of_callee(about, caller, &grant.name);
        let none = Overrides::default();
        let loaded = self.load(&grant.place, &grant.base, &none, false);
        let Loaded { agent, program } = loaded.map_err(refuse)?;
        let identity = identity(&agent);
        if !known.identities.insert(identity.clone()) {
            return Ok(identity);
        }
        if program.kind() != Kind::Handler {
            return Err(refuse(Error::agent(NoHandler)));
        }
        let mut grants = self.granted(&agent, &none, false, known)?;
        for grant in grants.permissions.agents.clone() {
            let callee = self.callee(&agent.name, &grant, About::Callee, known)?;
            grants.callable.insert(grant.name, callee);
        }
        let handler = Handler::new(program, grants).map_err(|error| refuse(Error::agent(error)))?;
        let signature = read_signature(&agent.manifest);
        let signature = signature.map_err(|error| refuse(Error::agent(error)))?;
        known.directory.add(identity.clone(), handler, signature);
        Ok(identity)
    }
}

/// What tells one agent apart from all others: the file that it begins with.
fn identity(agent: &Agent) -> String {
    let file = match &agent.kind {
        AgentKind::Source { entry, .. } => entry,
        AgentKind::Wasm { path } => path,
    };
    let file = file.canonicalize().unwrap_or_else(|_| file.clone());
    file.display().to_string()
}
