//! The machine as the doctor sees it from a command.

use std::path::PathBuf;

use flow_cache::Cache;
use flow_doctor::Context;
use flow_workspace::LocalExecutor;
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, PluginRegistryFile, Span};

use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

/// What an examination looks at, and Ctrl-C for it.
pub struct Examination {
    cache: Cache,
    workspaces: PathBuf,
    engine: Box<dyn Fn() -> Result<String, String> + Sync>,
    interrupt: Interrupt,
    nushell: Option<String>,
    built_for: String,
}

impl Examination {
    /// Looks where everything is, as Nushell's environment says.
    ///
    /// # Errors
    /// Where there is no place for cache or workspaces, or Nushell does not answer.
    pub fn begin(
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        head: Span,
    ) -> Result<Examination, LabeledError> {
        let cache = environment::cache(engine, head)?;
        let nushell = engine.get_env_var("NU_VERSION")?;
        let runtime = plugin.runtime(&cache);
        let engine = move || match runtime.probe() {
            Ok(duration) => Ok(format!("compiled and ran a program in {duration:.0?}")),
            Err(error) => Err(labeled(&error, "", head).msg),
        };
        Ok(Examination {
            engine: Box::new(engine),
            cache,
            workspaces: environment::data_directory(engine, head)?,
            interrupt: Interrupt::listen(engine)?,
            nushell: nushell.and_then(|version| version.coerce_into_string().ok()),
            built_for: PluginRegistryFile::new().nushell_version,
        })
    }

    /// For the checks.
    pub fn context(&self) -> Context<'_> {
        Context {
            executor: &LocalExecutor,
            cancel: &self.interrupt.flag,
            engine: &*self.engine,
            cache: &self.cache,
            workspaces: &self.workspaces,
            nushell: self.nushell.clone(),
            built_for: &self.built_for,
            plugin: env!("CARGO_PKG_VERSION"),
        }
    }
}
