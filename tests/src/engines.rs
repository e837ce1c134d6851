//! The engines for JavaScript and Nushell, which `scripts/build-engines.sh` builds
//! once; installed once for all sessions.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use flow_build::EngineStore;
use flow_cache::Cache;
use flow_runtime::Runtime;

use crate::tools::{built, engine_core};

/// The folder in which all engines that were built are installed.
pub fn installed() -> PathBuf {
    static INSTALLED: LazyLock<PathBuf> = LazyLock::new(install);
    INSTALLED.clone()
}

/// Tests run side by side in several processes: one installs, and the others wait.
fn install() -> PathBuf {
    let folder = built().join("flow-tests-engines");
    fs::create_dir_all(&folder).expect("a folder for engines");
    let lock = fs::File::create(folder.join("lock")).expect("a lock file");
    lock.lock().expect("the lock");
    let store = EngineStore::at(folder.clone());
    for name in flow_build::engine::NAMES {
        let Some(core) = engine_core(name) else {
            store.remove(name).expect("an engine can be removed");
            continue;
        };
        let wanted = flow_cache::Digest::of_file(&core).expect("an engine can be read");
        let found = store.find(name).ok().flatten();
        if found.is_some_and(|engine| engine.record.digest == wanted) {
            continue;
        }
        let runtime = Runtime::new(Cache::at(built().join("flow-tests-cache")));
        store
            .install(name, &core, "scripts/build-engines.sh", &runtime)
            .unwrap_or_else(|error| panic!("the engine for {name}: {error}"));
    }
    folder
}
