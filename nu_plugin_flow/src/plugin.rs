//! The plugin and what its commands share.

use std::sync::{Mutex, PoisonError};

use flow_cache::{Cache, CacheError};
use flow_runtime::Runtime;
use nu_plugin::{Plugin, PluginCommand};

use crate::{commands, orphan};

/// What lives as long as the plugin's process: the runtime with its engines
/// and loaded programs, made at first use.
#[derive(Default)]
pub struct FlowPlugin {
    runtime: Mutex<Option<&'static Runtime>>,
}

impl FlowPlugin {
    /// The runtime of this process.
    pub(crate) fn runtime(&self) -> Result<&'static Runtime, CacheError> {
        let mut slot = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = *slot {
            return Ok(runtime);
        }
        // Without the thread, a plugin ends a little later than its Nushell.
        let _ = orphan::end_with_parent();
        // It has to outlive every stream, and ends with the process.
        let runtime: &'static Runtime = Box::leak(Box::new(Runtime::new(Cache::locate()?)));
        *slot = Some(runtime);
        Ok(runtime)
    }
}

impl Plugin for FlowPlugin {
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn commands(&self) -> Vec<Box<dyn PluginCommand<Plugin = Self>>> {
        commands::all()
    }
}
