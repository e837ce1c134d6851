//! The plugin and what its commands share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use flow_cache::Cache;
use flow_runtime::Runtime;

/// What lives as long as the plugin's process: for each cache a runtime with
/// its engines and loaded programs, made at first use.
#[derive(Default)]
pub struct FlowPlugin {
    runtimes: Mutex<HashMap<PathBuf, Arc<Runtime>>>,
}

impl FlowPlugin {
    /// The runtime whose code lives in `cache`.
    pub(crate) fn runtime(&self, cache: &Cache) -> Arc<Runtime> {
        let mut runtimes = self.runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = runtimes.entry(cache.root().to_owned()).or_insert_with(|| {
            let runtime = Arc::new(Runtime::new(cache.clone()));
            // It ends with the process: to take it apart before would cost time for nothing.
            std::mem::forget(runtime.clone());
            runtime
        });
        runtime.clone()
    }
}
