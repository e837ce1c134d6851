//! The bundles of interpreted agents, and what is made of them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use flow_process::LocalExecutor;

use super::{configuration::Builder, job::Job, progress::Progress};
use crate::{
    agent::definition::Agent,
    artifact::Part,
    bundle::Bundle,
    engine::EngineBundler,
    error::BuildError,
    languages::language::BundleOrder,
    output::{BUNDLE, COMPONENT},
    python::Bundler,
};

impl Builder<'_> {
    /// Makes bundles of agents in Python.
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

    /// Makes the bundle of an interpreted agent in `scratch` or, where it is
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
            let bundle = bundler.bundle(order, interpreter)?;
            return write(scratch, BUNDLE, bundle.text()?.as_bytes());
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
        match snapshot {
            Some(component) => write(scratch, COMPONENT, &component?),
            None => write(scratch, BUNDLE, bundle.text()?.as_bytes()),
        }
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
}

/// Writes the file `name` into `scratch`; gives its name and place.
fn write(scratch: &Path, name: &str, bytes: &[u8]) -> Result<(String, PathBuf), BuildError> {
    let path = scratch.join(name);
    let written = fs::create_dir_all(scratch).and_then(|()| fs::write(&path, bytes));
    written.map_err(|source| BuildError::io("write", &path, source))?;
    Ok((name.to_owned(), path))
}
