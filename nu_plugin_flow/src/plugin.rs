//! The plugin and what its commands share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use flow_cache::Cache;
use flow_runtime::Runtime;
use nu_plugin::{Plugin, PluginCommand};

use crate::commands;

/// What lives as long as the plugin's process: for each cache a runtime with
/// its engines and loaded programs, made at first use.
#[derive(Default)]
pub struct FlowPlugin {
    runtimes: Mutex<HashMap<PathBuf, &'static Runtime>>,
}

impl FlowPlugin {
    /// The runtime whose code lives in `cache`.
    pub(crate) fn runtime(&self, cache: &Cache) -> &'static Runtime {
        let mut runtimes = self.runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        // A runtime has to outlive every stream, and ends with the process.
        runtimes
            .entry(cache.root().to_owned())
            .or_insert_with(|| Box::leak(Box::new(Runtime::new(cache.clone()))))
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
