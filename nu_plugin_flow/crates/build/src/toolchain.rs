//! Toolchains that flow fetches itself: Pyodide, for Python agents.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use flow_cache::{Bucket, Cache, CacheError, Digest, MakeError};
use flow_process::{Command, Executor, LocalExecutor, ProcessError};
use flow_runtime::{Distribution, PYODIDE, PYODIDE_FILES};
use miette::Diagnostic;
use thiserror::Error;

/// A toolchain, installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The folder with its files. Read them, do not write them.
    pub path: PathBuf,
    /// True where it was there already.
    pub cached: bool,
}

/// A toolchain cannot be installed.
#[derive(Debug, Error, Diagnostic)]
pub enum ToolchainError {
    /// There is no npm to fetch it with.
    #[error("missing tool: `npm`")]
    #[diagnostic(
        code(flow::toolchain::missing_tool),
        help(
            "install Node.js, which brings it (`sudo apt install npm`, `brew install node`), or name a folder with Pyodide's files: `flow toolchain install python --from FOLDER`"
        )
    )]
    MissingNpm,
    /// npm did not get the package.
    #[error("npm could not fetch `{package}`: {reason}")]
    #[diagnostic(
        code(flow::toolchain::fetch),
        help(
            "check the network and npm's settings (`npm ping`); or fetch it elsewhere and name its folder: `flow toolchain install python --from FOLDER`"
        )
    )]
    Fetch {
        /// The package with its version.
        package: String,
        /// What npm said.
        reason: String,
    },
    /// What was fetched or named is not the right one.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Files(#[from] flow_runtime::DistributionError),
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    #[diagnostic(
        code(flow::toolchain::write),
        help("check the space and the permissions of the cache")
    )]
    Write {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// npm could not be run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Process(#[from] ProcessError),
    /// The cache failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cache(#[from] CacheError),
}

/// Pyodide, where it is installed and whole.
pub fn python(cache: &Cache) -> Result<Option<PathBuf>, CacheError> {
    let tree = cache.get_tree(Bucket::Toolchains, &key())?;
    Ok(tree.map(|tree| tree.path))
}

/// Installs Pyodide where it is not there or damaged: from the folder `from`,
/// else by npm. Every file is checked against its known digest.
pub fn install_python(
    cache: &Cache,
    from: Option<&Path>,
    cancel: &AtomicBool,
) -> Result<Toolchain, ToolchainError> {
    // One that was damaged is made anew.
    if let Some(path) = python(cache)?
        && Distribution::check(&path).is_err()
    {
        remove_python(cache)?;
    }
    let made = cache.get_or_make_tree(Bucket::Toolchains, &key(), |folder| match from {
        Some(from) => copy(from, folder),
        None => fetch(folder, cancel),
    });
    match made {
        Ok(tree) => Ok(Toolchain {
            path: tree.path,
            cached: tree.cached,
        }),
        Err(MakeError::Make(error)) => Err(error),
        Err(MakeError::Cache(error)) => Err(error.into()),
    }
}

/// Removes Pyodide, where it is there.
pub fn remove_python(cache: &Cache) -> Result<(), CacheError> {
    cache.remove_tree(Bucket::Toolchains, &key())
}

fn key() -> Digest {
    Digest::of(format!("pyodide {PYODIDE}").as_bytes())
}

fn copy(from: &Path, folder: &Path) -> Result<(), ToolchainError> {
    Distribution::check(from)?;
    for (name, _) in PYODIDE_FILES {
        let path = folder.join(name);
        if let Err(source) = fs::copy(from.join(name), &path) {
            return Err(ToolchainError::Write { path, source });
        }
    }
    Ok(())
}

/// Has npm put the package into a folder of its own, and takes two files of it.
fn fetch(folder: &Path, cancel: &AtomicBool) -> Result<(), ToolchainError> {
    let package = format!("pyodide@{PYODIDE}");
    let temporary = tempfile::tempdir().map_err(|source| ToolchainError::Write {
        path: std::env::temp_dir(),
        source,
    })?;
    let flags = [
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--omit=dev",
        "--loglevel=error",
        "--prefix",
        ".",
        &package,
    ];
    let command = Command::new("npm", flags, temporary.path());
    let outcome = match LocalExecutor.run(&command, cancel, &mut |_| {}) {
        Ok(outcome) => outcome,
        Err(ProcessError::NotFound { .. }) => return Err(ToolchainError::MissingNpm),
        Err(error) => return Err(error.into()),
    };
    if !outcome.success() {
        let said = String::from_utf8_lossy(&outcome.stderr);
        let reason = said.trim().lines().next().unwrap_or("it said nothing");
        return Err(ToolchainError::Fetch {
            package,
            reason: reason.to_owned(),
        });
    }
    copy(&temporary.path().join("node_modules/pyodide"), folder)
}
