//! The directory in which relative paths begin, and paths as seen from there.

use std::path::{Component, Path, PathBuf};

use nu_protocol::engine::{EngineState, Stack};

/// The directory in which relative paths begin.
pub fn working_directory(engine: &EngineState, stack: &Stack) -> PathBuf {
    stack
        .get_env_var(engine, "PWD")
        .and_then(|folder| folder.as_str().ok())
        .map_or_else(|| PathBuf::from("/"), PathBuf::from)
}

/// `path` from the root, without `.`, `..` and `~`.
pub fn absolute(path: impl AsRef<Path>, folder: &Path) -> PathBuf {
    let path = path.as_ref();
    let path = match path.strip_prefix("~") {
        Ok(rest) => Path::new("/").join(rest),
        Err(_) => folder.join(path),
    };
    let mut absolute = PathBuf::from("/");
    for part in path.components() {
        match part {
            // In Nushell `...` is two directories up, `....` three.
            Component::Normal(name) if is_dots(&name.to_string_lossy()) => {
                for _ in 1..name.len() {
                    absolute.pop();
                }
            }
            Component::Normal(name) => absolute.push(name),
            Component::ParentDir => {
                absolute.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    absolute
}

fn is_dots(name: &str) -> bool {
    name.len() > 2 && name.bytes().all(|byte| byte == b'.')
}

/// `path` in the style of `word`, from which it was expanded.
pub fn shown(path: &Path, folder: &Path, word: &str) -> String {
    let relative = path.strip_prefix(folder).ok();
    let relative = relative.filter(|_| !word.starts_with('/') && !word.starts_with('~'));
    match relative {
        Some(path) if path.as_os_str().is_empty() => ".".to_owned(),
        Some(path) => path.to_string_lossy().into_owned(),
        None => path.to_string_lossy().into_owned(),
    }
}
