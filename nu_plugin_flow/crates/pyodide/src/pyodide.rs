//! One Pyodide for a process, from which all its interpreters start.

use std::path::Path;
use std::sync::Arc;

use wasmtime::Engine;

use crate::bootstrap;
use crate::distribution::Distribution;
use crate::error::Error;
use crate::files::{Layer, Tree, TreeBuilder, TreeError};
use crate::host;
use crate::instance::{Instance, Options};
use crate::modules::{CodeCache, Modules};
use crate::snapshot::Snapshot;
use crate::state::State;

/// Pyodide, ready to start interpreters. Cheap to clone.
#[derive(Clone)]
pub struct Pyodide {
    modules: Arc<Modules<State>>,
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
        let modules = Modules::new(engine, distribution, Box::new(cache), host::link)?;
        Ok(Self {
            modules: Arc::new(modules),
        })
    }

    /// Starts Python from nothing, which takes about a second. Take a
    /// [`Snapshot`] of it to start others in a millisecond.
    pub async fn boot(&self, options: Options) -> Result<Instance, Error> {
        let image = self.modules.initial_image()?;
        let tree = tree(&self.modules.layers(), &options)
            .map_err(|error| Error::damaged(error.to_string()))?;
        Instance::boot(&self.modules, &image, tree, options).await
    }

    /// Starts Python as it was when `snapshot` was taken.
    pub async fn start(&self, snapshot: &Snapshot, options: Options) -> Result<Instance, Error> {
        Instance::start(&self.modules, snapshot, options).await
    }
}

impl Snapshot {
    /// Reads a snapshot that was taken with the same Pyodide. Of its memory
    /// and its libraries nothing is read where their code is in the cache.
    pub fn open(pyodide: &Pyodide, path: &Path) -> Result<Self, Error> {
        Self::read(&pyodide.modules, path)
    }
}

/// The files with which Python starts from nothing.
fn tree(layers: &[Layer], options: &Options) -> Result<Arc<Tree>, TreeError> {
    let mut builder = TreeBuilder::python()?;
    for layer in layers {
        builder.layer(layer)?;
    }
    builder.file(bootstrap::PATH, bootstrap::SOURCE.as_bytes().into())?;
    for (path, content) in &options.files {
        builder.file(path, content.clone())?;
    }
    Ok(builder.build())
}
