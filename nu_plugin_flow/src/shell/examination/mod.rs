//! The machine as the doctor sees it from a command.

mod interpreters;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use flow_build::EngineStore;
use flow_build::engine::EngineRecord;
use flow_cache::Cache;
use flow_doctor::{Complaint, Context};
use flow_process::LocalExecutor;
use flow_runtime::Runtime;
use flow_workspace::{Call, Providers};
use miette::Diagnostic;
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, PluginRegistryFile, Span};

use crate::plugin::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

/// How long DevPod may take to be tried.
const PATIENCE: Duration = Duration::from_secs(30);

/// What an examination looks at, and Ctrl-C for it.
pub struct Examination {
    cache: Cache,
    data_directory: PathBuf,
    providers: Providers,
    runtime: Arc<Runtime>,
    interrupt: Interrupt,
    nushell: Option<String>,
    built_for: String,
    head: Span,
    engines: EngineStore,
    /// Where an interpreter is installed from, instead of the network or its sources.
    pub from: Option<PathBuf>,
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
        Ok(Examination {
            runtime: plugin.runtime(&cache),
            cache,
            data_directory: environment::data_directory(engine, head)?,
            providers: environment::workspaces(engine, head)?,
            interrupt: Interrupt::listen(engine)?,
            nushell: nushell.and_then(|version| version.coerce_into_string().ok()),
            built_for: PluginRegistryFile::new().nushell_version,
            head,
            engines: environment::engines(engine, head)?,
            from: None,
        })
    }

    /// Examines with all that there is to be seen.
    pub fn with<T>(&self, examine: impl FnOnce(&Context<'_>) -> T) -> T {
        examine(&Context {
            executor: &LocalExecutor,
            cancel: &self.interrupt.flag,
            engine: &|| match self.runtime.probe() {
                Ok(duration) => Ok(format!("compiled and ran a program in {duration:.0?}")),
                Err(error) => Err(self.complaint(&error)),
            },
            devpod: &|| {
                let call = Call::new(&self.interrupt.flag, Some(PATIENCE));
                let tried = self.providers.named("devpod").probe(&call);
                tried.map_err(|error| self.complaint(&error))
            },
            interpreters: self,
            cache: &self.cache,
            workspaces: &self.data_directory,
            nushell: self.nushell.clone(),
            built_for: &self.built_for,
            plugin: env!("CARGO_PKG_VERSION"),
        })
    }

    /// What is known of an engine that is installed.
    pub fn record(&self, name: &str) -> Option<EngineRecord> {
        Some(self.engines.find(name).ok()??.record)
    }

    fn complaint(&self, error: &dyn Diagnostic) -> Complaint {
        let told = labeled(error, "", self.head);
        Complaint {
            reason: told.msg,
            missing: told.code.as_deref() == Some("flow::devpod::missing"),
            help: told.help,
        }
    }
}
