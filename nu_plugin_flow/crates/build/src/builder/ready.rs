//! Artifacts that are there already, and where users find them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::Duration,
};

use flow_cache::Digest;
use flow_workspace::LocalExecutor;

use super::{Builder, Job, Progress};
use crate::{
    agent::{Agent, AgentKind},
    artifact::{self, Artifact, Part},
    bundle::{self, Bundle},
    component,
    engine::{self, EngineBundler},
    error::BuildError,
    interpreter::Interpreter,
    languages::{self, BundleOrder, Language, Plan, Target},
    output::{BUNDLE, COMPONENT, file_name, is_read_only},
    python::Bundler,
};

impl Builder<'_> {
    pub(super) fn bundler<'b>(
        &'b self,
        agent: &'b Agent,
        cancel: &'b AtomicBool,
        progress: &'b dyn Progress,
    ) -> Bundler<'b> {
        Bundler {
            cache: &self.cache,
            // Nothing is compiled: packages are fetched here, wherever the sources are.
            executor: match self.executor.is_here() {
                true => self.executor,
                false => &LocalExecutor,
            },
            agent,
            cancel,
            progress,
        }
    }

    /// Makes the bundle of an interpreted agent in `scratch` and, where it is
    /// built to be carried elsewhere, the component that it becomes.
    pub(super) fn bundle(
        &self,
        job: &Job<'_>,
        order: &BundleOrder,
        scratch: &Path,
    ) -> Result<(String, PathBuf), BuildError> {
        let interpreter = self.interpreter(job.language)?;
        if !interpreter.makes_components() {
            let bundler = self.bundler(job.agent, job.cancel, job.progress);
            let path = bundler.bundle(order, interpreter, scratch)?;
            return Ok((BUNDLE.to_owned(), path));
        }
        let bundler = EngineBundler {
            agent: job.agent,
            language: job.language,
            cancel: job.cancel,
        };
        let bundle = bundler.bundle(order, interpreter)?;
        let snapshot = match self.for_running {
            true => None,
            false => interpreter.snapshot(&bundle),
        };
        let Some(component) = snapshot else {
            return Ok((BUNDLE.to_owned(), engine::write(&bundle, scratch)?));
        };
        let path = scratch.join(COMPONENT);
        let component = component?;
        let written = fs::create_dir_all(scratch).and_then(|()| fs::write(&path, component));
        written.map_err(|source| BuildError::Io {
            action: "write",
            path: path.clone(),
            source,
        })?;
        Ok((COMPONENT.to_owned(), path))
    }

    /// Sees that the packages of a bundle are there, which have a life of their
    /// own in the cache.
    pub(super) fn restore(
        &self,
        agent: &Agent,
        parts: &[Part],
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Result<(), BuildError> {
        let [Part { name, entry }] = parts else {
            return Ok(());
        };
        if name != BUNDLE {
            return Ok(());
        }
        let bundle = Bundle::read(&entry.path)?;
        self.bundler(agent, cancel, progress).restore(&bundle)
    }

    /// An agent that came as `.wasm` or as a bundle: there is nothing to build.
    pub(super) fn ready(
        &self,
        agent: &Agent,
        path: &Path,
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Result<Artifact, BuildError> {
        let is_bundle = path
            .extension()
            .is_some_and(|extension| extension == bundle::EXTENSION);
        let mut language = "wasm";
        if is_bundle {
            let bundle = Bundle::read(path)?;
            self.bundler(agent, cancel, progress).restore(&bundle)?;
            language = languages::named(&bundle.language).map_or(language, Language::name);
        } else {
            component::check(path)?;
        }
        let failed = |source| BuildError::Io {
            action: "read",
            path: path.to_owned(),
            source,
        };
        Ok(Artifact {
            agent: agent.name.clone(),
            language,
            path: path.to_owned(),
            size: fs::metadata(path).map_err(failed)?.len(),
            digest: Digest::of_file(path).map_err(failed)?,
            tool: None,
            version: None,
            reason: None,
            cached: true,
            duration: Duration::ZERO,
            warnings: Vec::new(),
        })
    }

    /// Whether `flow build` leaves a component where a run has a bundle.
    pub(super) fn makes_component(&self, agent: &Agent) -> bool {
        match &agent.kind {
            AgentKind::Source { language, .. } => self
                .interpreter(*language)
                .is_ok_and(Interpreter::makes_components),
            AgentKind::Wasm { .. } => false,
        }
    }

    /// Copies the parts to where users find them. A component or bundle also
    /// runs from the cache, where the agent has no folder that can be written.
    pub(super) fn publish(
        &self,
        agent: &Agent,
        plan: &Plan,
        parts: &[Part],
    ) -> Result<PathBuf, BuildError> {
        let place = agent.root.join(".flow").join("build");
        let failed = |source| BuildError::Io {
            action: "write",
            path: place.clone(),
            source,
        };
        let name = file_name(&agent.name);
        if let (Target::Component, [part]) = (self.target, parts) {
            // What `flow build` leaves is for the user; what is run stays in the cache.
            let stays = self.for_running && self.makes_component(agent);
            if !plan.has_folder || stays {
                return Ok(part.entry.path.clone());
            }
            let extension = match part.name.as_str() {
                BUNDLE => bundle::EXTENSION,
                _ => "wasm",
            };
            let path = place.join(format!("{name}.{extension}"));
            let published =
                artifact::own_folder(&agent.root).and_then(|_| artifact::publish(part, &path));
            return match published {
                Ok(()) => Ok(path),
                Err(error) if is_read_only(&error) => Ok(part.entry.path.clone()),
                Err(error) => Err(failed(error)),
            };
        }
        let folder = artifact::own_folder(&agent.root)
            .map_err(failed)?
            .join(format!("{name}-web"));
        fs::create_dir_all(&folder).map_err(failed)?;
        for part in parts {
            artifact::publish(part, &folder.join(&part.name)).map_err(failed)?;
        }
        Ok(folder)
    }
}
