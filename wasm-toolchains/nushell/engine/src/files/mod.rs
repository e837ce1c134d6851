//! Nushell's commands for files, on the directories that were granted. Nushell's
//! own need an operating system.

mod cd;
mod copy;
mod glob;
mod grants;
mod list;
mod make;
mod open;
mod path;
mod remove;
mod save;

use std::io;
use std::path::{Component, Path, PathBuf};

use nu_engine::command_prelude::*;
use nu_engine::glob_from;
use nu_protocol::NuGlob;
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::shell_error::io::{ErrorKind, IoError};

/// WASI's numbers for what a granted directory does not allow.
const NOT_PERMITTED: i32 = 63;
const NOT_CAPABLE: i32 = 76;

/// The commands of this module.
pub fn commands() -> Vec<Box<dyn Command>> {
    vec![
        Box::new(cd::Cd),
        Box::new(copy::Cp),
        Box::new(copy::Mv),
        Box::new(glob::Glob),
        Box::new(list::Ls),
        Box::new(make::Mkdir),
        Box::new(make::Touch),
        Box::new(open::Open),
        Box::new(path::PathExists),
        Box::new(path::PathExpand),
        Box::new(path::PathSelf),
        Box::new(path::PathType),
        Box::new(remove::Rm),
        Box::new(save::Save),
    ]
}

/// Where relative paths begin.
fn folder(engine: &EngineState, stack: &Stack) -> PathBuf {
    stack
        .get_env_var(engine, "PWD")
        .and_then(|folder| folder.as_str().ok())
        .map_or_else(|| PathBuf::from("/"), PathBuf::from)
}

/// `path` from the root, without `.`, `..` and `~`.
fn absolute(path: impl AsRef<Path>, folder: &Path) -> PathBuf {
    let path = path.as_ref();
    let path = match path.strip_prefix("~") {
        Ok(rest) => Path::new("/").join(rest),
        Err(_) => folder.join(path),
    };
    let mut absolute = PathBuf::from("/");
    for part in path.components() {
        match part {
            // In Nushell `...` is two folders up, and so on.
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

/// The paths that a word of the user means; one that holds no pattern means itself.
fn expand(
    engine: &EngineState,
    word: &Spanned<NuGlob>,
    folder: &Path,
) -> Result<Vec<PathBuf>, ShellError> {
    let text = word.item.as_ref();
    if !is_pattern(&word.item) {
        return Ok(vec![absolute(text, folder)]);
    }
    let mut paths = Vec::new();
    for pattern in grants::patterns(text, folder) {
        if !nu_glob::is_glob(&pattern) {
            paths.push(absolute(pattern, folder));
            continue;
        }
        let start = absolute(before_pattern(&pattern), folder);
        std::fs::read_dir(&start).map_err(|error| failure("list", &error, &start, word.span))?;
        let pattern = Spanned {
            item: NuGlob::Expand(pattern),
            span: word.span,
        };
        let (_, found) = glob_from(&pattern, folder, word.span, None, engine.signals().clone())?;
        paths.extend(found.collect::<Result<Vec<_>, _>>()?);
    }
    paths.sort();
    paths.dedup();
    if paths.is_empty() {
        let message = format!("No matches found for `{text}`");
        return Err(GenericError::new(message, "no file has such a name", word.span).into());
    }
    Ok(paths)
}

fn is_pattern(word: &NuGlob) -> bool {
    word.is_expand() && nu_glob::is_glob(word.as_ref())
}

/// The folder in which a pattern begins.
fn before_pattern(pattern: &str) -> PathBuf {
    Path::new(pattern)
        .components()
        .take_while(|part| !nu_glob::is_glob(&part.as_os_str().to_string_lossy()))
        .collect()
}

/// How the user would write `path`.
fn shown(path: &Path, folder: &Path, word: &str) -> String {
    let relative = path.strip_prefix(folder).ok();
    let relative = relative.filter(|_| !word.starts_with('/') && !word.starts_with('~'));
    match relative {
        Some(path) if path.as_os_str().is_empty() => ".".to_owned(),
        Some(path) => path.to_string_lossy().into_owned(),
        None => path.to_string_lossy().into_owned(),
    }
}

/// An error of the file system. Where a grant is missing it keeps the words of
/// WASI, from which flow knows to say which.
fn failure(action: &str, error: &io::Error, path: &Path, span: Span) -> ShellError {
    let reason = if matches!(error.raw_os_error(), Some(NOT_PERMITTED | NOT_CAPABLE)) {
        error.to_string()
    } else if !grants::cover(path) {
        "no pre-opened file descriptor leads there".to_owned()
    } else {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::FileNotFound,
            kind => ErrorKind::from_std(kind),
        };
        return IoError::new(kind, span, path.to_owned()).into();
    };
    let path = path.display();
    GenericError::new(
        format!("cannot {action} `{path}`: {reason}"),
        "it was not granted to this agent",
        span,
    )
    .into()
}
