//! Snapshots from which agents start: Python with flow's own modules, and
//! with what an agent imports. Each is made once and kept in the cache.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flow_cache::{Bucket, Cache, Digest, Digester, Entry, MakeError};
use pyodide_wasmtime::{Access, Dir, Mount, Mounts, Options, Pyodide, Snapshot, VERSION};

use super::layout::{AGENT, MODULES, PACKAGES, WORK};
use super::sources::Packages;
use crate::error::LoadError;
use crate::ticker;

/// How long importing what an agent imports may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Raised when the meaning of a snapshot changes.
const FORM: &str = "4";
/// The functions of the glue that the host calls.
const FUNCTIONS: [&str; 4] = ["load", "handle", "run", "analyse"];

/// The snapshot in which `preload` was imported, with these packages.
pub(super) async fn snapshot(
    cache: &Cache,
    pyodide: &Pyodide,
    packages: Option<&Packages>,
    preload: &[String],
) -> Result<Snapshot, LoadError> {
    let key = key(packages, preload);
    let entry = match cache.get(Bucket::Snapshots, &key, "snapshot")? {
        Some(entry) => entry,
        None => {
            // Others begin where the one without packages and imports ended.
            let base = match packages.is_some() || !preload.is_empty() {
                true => Some(Box::pin(snapshot(cache, pyodide, None, &[])).await?),
                false => None,
            };
            // Made beside, since a cache's `make` cannot wait.
            let folder = tempfile::tempdir().map_err(failed)?;
            let path = folder.path().join("snapshot");
            take(pyodide, base.as_ref(), packages, preload, &path).await?;
            keep(cache, &key, &path)?
        }
    };
    Snapshot::open(pyodide, &entry.path).map_err(LoadError::python)
}

fn key(packages: Option<&Packages>, preload: &[String]) -> Digest {
    let mut key = Digester::new();
    key.update(VERSION).update(FORM);
    for (path, text) in MODULES {
        key.update(path).update(text);
    }
    key.update(packages.map_or("", |packages| &packages.key));
    for module in preload {
        key.update(module);
    }
    key.finish()
}

fn keep(cache: &Cache, key: &Digest, path: &Path) -> Result<Entry, LoadError> {
    let copy = |staging: &Path| std::fs::copy(path, staging).map(drop);
    match cache.get_or_make(Bucket::Snapshots, key, "snapshot", copy) {
        Ok(entry) => Ok(entry),
        Err(MakeError::Cache(error)) => Err(error.into()),
        Err(MakeError::Make(error)) => Err(failed(error)),
    }
}

async fn take(
    pyodide: &Pyodide,
    base: Option<&Snapshot>,
    packages: Option<&Packages>,
    preload: &[String],
    path: &Path,
) -> Result<(), LoadError> {
    let python = LoadError::python;
    let options = Options {
        mounts: mounts(packages)?.into(),
        directory: WORK.into(),
        interrupt: Some(patience()),
        ..Options::default()
    };
    let _running = ticker::run();
    let begun = match base {
        Some(base) => pyodide.start(base, options).await,
        None => {
            let modules = MODULES.iter();
            let files = modules.map(|(path, text)| ((*path).to_owned(), text.as_bytes().into()));
            let files = files.collect();
            pyodide.boot(Options { files, ..options }).await
        }
    };
    let mut instance = begun.map_err(python)?;
    if packages.is_some() {
        // After the agent's own folder, which is the first.
        let code = format!("import sys; sys.path.insert(1, {PACKAGES:?})");
        instance.execute(&code).await.map_err(python)?;
    }
    let import = instance.function(AGENT, "preload").await.map_err(python)?;
    let names = serde_json::to_vec(preload).map_err(|error| LoadError::host(error.to_string()))?;
    instance.call(import, &names).await.map_err(python)?;
    let mut functions = Vec::new();
    for name in FUNCTIONS {
        let function = instance.function(AGENT, name).await.map_err(python)?;
        functions.push((name, function));
    }
    Snapshot::take(instance, &functions, path)
        .await
        .map_err(python)
}

/// Ends what a package does for ever when it is imported.
fn patience() -> pyodide_wasmtime::Interrupt {
    let begun = Instant::now();
    Arc::new(move || match begun.elapsed() < PATIENCE {
        true => Ok(()),
        false => Err(wasmtime::Error::msg(format!(
            "importing what the agent imports takes longer than {} seconds",
            PATIENCE.as_secs()
        ))),
    })
}

/// The packages, read-only where Python looks for them.
fn mounts(packages: Option<&Packages>) -> Result<Mounts, LoadError> {
    let mounts = match packages {
        Some(packages) => {
            let mount = mount(&packages.folder, PACKAGES, Access::ReadOnly);
            vec![mount.map_err(|source| LoadError::Read {
                path: packages.folder.clone(),
                source,
            })?]
        }
        None => Vec::new(),
    };
    Mounts::new(mounts).map_err(|error| LoadError::host(error.to_string()))
}

/// A directory of the host at a path of the guest.
pub(super) fn mount(folder: &Path, path: &str, access: Access) -> std::io::Result<Mount> {
    let directory = Dir::open_ambient_dir(folder, pyodide_wasmtime::ambient_authority())?;
    Ok(Mount {
        path: path.as_bytes().to_vec(),
        directory: directory.into(),
        access,
    })
}

fn failed(error: std::io::Error) -> LoadError {
    LoadError::host(error.to_string())
}
