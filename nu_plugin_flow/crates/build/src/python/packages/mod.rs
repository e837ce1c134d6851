//! The packages of one agent: from what it asks for to an environment that is
//! ready. Where everything is in the cache, no tool is started.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use flow_cache::{Bucket, Cache, Digester, Tree};

use super::{
    error::PythonError,
    fetch::fetch,
    lock::{self, Lock, LockFile, LockProblem},
    platform,
    requirement::Requirements,
    resolve::resolve,
    tools::Tools,
    unpack::{UnpackError, unpack},
};
use crate::{error::BuildError, output::is_read_only};

/// Makes the environment for `requirements` (it is in `Bucket::Environments`
/// under [`Lock::environment`]), and returns the lock. That is the `pylock.toml` in
/// `root`, the agent's own folder; an agent without one has it in the cache.
///
/// # Errors
/// The packages cannot be found or fetched, or a lock file that is not flow's
/// does not have them.
pub(super) fn prepare(
    requirements: &Requirements,
    root: Option<&Path>,
    cache: &Cache,
    tools: &Tools<'_>,
) -> Result<Lock, BuildError> {
    let (lock, path) = match root.map(|root| root.join(lock::FILE_NAME)) {
        Some(path) => (beside(&path, requirements, cache, tools)?, path),
        None => in_cache(requirements, cache, tools)?,
    };
    environment(&lock, &path, cache, tools)?;
    Ok(lock)
}

/// The environment of a lock, made where it is not there.
pub(super) fn environment(
    lock: &Lock,
    lock_path: &Path,
    cache: &Cache,
    tools: &Tools<'_>,
) -> Result<Tree, BuildError> {
    let key = lock.environment();
    if let Some(tree) = cache.get_tree(Bucket::Environments, &key)? {
        return Ok(tree);
    }
    let wheels = fetch(lock, lock_path, cache, tools)?;
    let made = cache.get_or_make_tree(Bucket::Environments, &key, |folder| {
        for (path, locked) in wheels.iter().zip(&lock.packages) {
            unpack(path, folder).map_err(|error| match error {
                UnpackError::Io(path, source) => BuildError::io("unpack", &path, source),
                UnpackError::Bad(reason) => BuildError::from(PythonError::BadWheel {
                    wheel: locked.wheel.clone(),
                    reason,
                }),
            })?;
        }
        Ok(())
    });
    Ok(made?)
}

/// The lock beside an agent: as it is, or made.
fn beside(
    path: &Path,
    requirements: &Requirements,
    cache: &Cache,
    tools: &Tools<'_>,
) -> Result<Lock, BuildError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let lock = resolve(requirements, tools)?;
            return match write(path, &lock.text(requirements)) {
                // The agent's folder cannot be written: another lock each time
                // would be worse than one in the cache.
                Err(error) if is_read_only(&error) => Ok(in_cache(requirements, cache, tools)?.0),
                Err(source) => Err(BuildError::io("write", path, source)),
                Ok(()) => Ok(lock),
            };
        }
        Err(source) => return Err(BuildError::io("read", path, source)),
    };
    let file = LockFile::parse(&text).map_err(|problem| unusable(path, problem))?;
    if file.is_ours() && !file.is_for(requirements) {
        (tools.on_line)(&format!(
            "`{}` is out of date and is written anew: the requirements changed",
            path.display()
        ));
        let lock = resolve(requirements, tools)?;
        let written = write(path, &lock.text(requirements));
        written.map_err(|source| BuildError::io("write", path, source))?;
        return Ok(lock);
    }
    let folder = path.parent().unwrap_or(path);
    let lock = file
        .select(folder)
        .map_err(|problem| unusable(path, problem))?;
    match lock.unmet(requirements) {
        None => Ok(lock),
        Some(requirement) => Err(PythonError::Lock {
            path: path.to_owned(),
            problem: format!("it does not have what is asked for: `{requirement}`"),
            help: "lock again with the tool that wrote it; or delete it, and flow writes its own"
                .to_owned(),
        }
        .into()),
    }
}

/// The lock of an agent without a folder, by what it asks for.
fn in_cache(
    requirements: &Requirements,
    cache: &Cache,
    tools: &Tools<'_>,
) -> Result<(Lock, PathBuf), BuildError> {
    const EXTENSION: &str = "toml";
    let mut key = Digester::new();
    key.update(platform::tag());
    for text in requirements.texts() {
        key.update(text);
    }
    let key = key.finish();
    for _ in 0..2 {
        let make = |staging: &Path| -> Result<(), BuildError> {
            let text = resolve(requirements, tools)?.text(requirements);
            fs::write(staging, text).map_err(|source| BuildError::io("write", staging, source))
        };
        let entry = cache.get_or_make(Bucket::Locks, &key, EXTENSION, make)?;
        let text = fs::read_to_string(&entry.path)
            .map_err(|source| BuildError::io("read", &entry.path, source))?;
        let folder = entry.path.parent().unwrap_or(&entry.path);
        match LockFile::parse(&text).and_then(|file| file.select(folder)) {
            Ok(lock) => return Ok((lock, entry.path)),
            Err(problem) if !entry.cached => return Err(unusable(&entry.path, problem)),
            // An older flow's, that this one does not understand.
            Err(_) => cache.remove(Bucket::Locks, &key, EXTENSION)?,
        }
    }
    Err(BuildError::io(
        "read",
        cache.root(),
        io::ErrorKind::InvalidData.into(),
    ))
}

fn unusable(path: &Path, problem: LockProblem) -> BuildError {
    let help = "correct it, or delete it, and flow writes its own";
    problem.at(path.to_owned(), help).into()
}

/// Readers see the old file or the new one, never a half.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let staging = path.with_added_extension(format!("{}.staging", std::process::id()));
    let written = fs::write(&staging, text).and_then(|()| fs::rename(&staging, path));
    if written.is_err() {
        let _ = fs::remove_file(&staging);
    }
    written
}

#[cfg(test)]
mod real_tests;
#[cfg(test)]
mod tests;
