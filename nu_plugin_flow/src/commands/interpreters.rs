//! The interpreters of agents that are not compiled, and how their bundles are
//! loaded.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flow_build::{Builder, Bundle, EngineInterpreter, EngineStore, bundle};
use flow_cache::Cache;
use flow_runtime::{Profile, Program, Runtime};
use miette::Diagnostic;
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, Span};

use super::python::{self, Python};
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;

/// Where interpreters and what they read are kept.
#[derive(Clone)]
pub(crate) struct Places {
    pub(crate) cache: Cache,
    pub(crate) engines: EngineStore,
    pub(crate) runtime: &'static Runtime,
}

/// Every interpreter, each looked up when it is first needed.
pub(crate) struct Interpreters<'a> {
    python: Python<'a>,
    javascript: EngineInterpreter<'a>,
    nushell: EngineInterpreter<'a>,
}

impl Places {
    /// As Nushell's environment says now.
    pub(crate) fn find(
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        span: Span,
    ) -> Result<Places, LabeledError> {
        let cache = environment::cache(engine, span)?;
        Ok(Places {
            runtime: plugin.runtime(&cache),
            engines: environment::engines(engine, span)?,
            cache,
        })
    }

    pub(crate) fn interpreters(&self) -> Interpreters<'_> {
        let engine = |name| EngineInterpreter::new(name, &self.engines, self.runtime);
        Interpreters {
            python: Python {
                runtime: self.runtime,
                cache: &self.cache,
            },
            javascript: engine("javascript"),
            nushell: engine("nushell"),
        }
    }
}

impl Interpreters<'_> {
    /// A builder that knows all of them.
    pub(crate) fn equip<'b>(&'b self, builder: Builder<'b>) -> Builder<'b> {
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

    /// Loads the bundle at `path`. With `count_fuel` that has to be an agent whose
    /// interpreter counts it.
    pub(crate) fn load(
        &self,
        path: &Path,
        count_fuel: bool,
        span: Span,
        cancel: &AtomicBool,
    ) -> Result<Arc<Program>, LabeledError> {
        let failed = |error: &dyn Diagnostic| labeled(error, "this agent", span);
        let bundle = Bundle::read(path).map_err(|error| failed(&error))?;
        let Some(interpreter) = self.engine(&bundle.toolchain.name) else {
            if count_fuel {
                return Err(python::without_fuel(span));
            }
            return python::load(&self.python, bundle, span, cancel);
        };
        let engine = interpreter.engine().map_err(|error| failed(&error))?;
        let profile = match count_fuel {
            true => Profile::Fuel,
            false => Profile::General,
        };
        let agent = EngineInterpreter::agent(&bundle);
        self.runtime()
            .load_engine(&engine.component, agent, profile)
            .map_err(|error| failed(&error))
    }

    fn runtime(&self) -> &Runtime {
        self.python.runtime
    }
}

/// Whether the file at `path` is a bundle, by its name.
pub(crate) fn is_bundle(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == bundle::EXTENSION)
}
