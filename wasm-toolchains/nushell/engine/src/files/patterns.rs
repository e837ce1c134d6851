//! Patterns of paths, such as `*.json`, searched in the granted directories.

use std::path::{Path, PathBuf};

use nu_engine::command_prelude::*;
use nu_engine::glob_from;
use nu_protocol::NuGlob;
use nu_protocol::shell_error::generic::GenericError;

use crate::files::error::failure;
use crate::files::grants;
use crate::files::working_directory::absolute;

/// The paths that a word stands for: those that match a pattern, else itself.
pub fn expand(
    engine: &EngineState,
    word: &Spanned<NuGlob>,
    folder: &Path,
) -> Result<Vec<PathBuf>, ShellError> {
    let text = word.item.as_ref();
    if !is_pattern(&word.item) {
        return Ok(vec![absolute(text, folder)]);
    }
    let mut paths = Vec::new();
    for pattern in in_granted(text, folder) {
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

/// Whether `word` is a pattern, and not a path.
pub fn is_pattern(word: &NuGlob) -> bool {
    word.is_expand() && nu_glob::is_glob(word.as_ref())
}

/// The directories at the beginning of a pattern, up to the first part that is one.
pub fn before_pattern(pattern: &str) -> PathBuf {
    Path::new(pattern)
        .components()
        .take_while(|part| !nu_glob::is_glob(&part.as_os_str().to_string_lossy()))
        .collect()
}

/// The patterns for which to search. Where the root is not granted, a pattern that begins
/// there becomes one for each granted directory that it matches.
pub fn in_granted(pattern: &str, folder: &Path) -> Vec<String> {
    let root = Path::new("/");
    let relative = pattern.trim_start_matches('/');
    let first = relative.split('/').next().unwrap_or_default();
    let at_root = relative.len() < pattern.len() || folder == root;
    let granted = grants::all();
    if !at_root || !nu_glob::is_glob(first) || granted.is_empty() || grants::cover(root) {
        return vec![pattern.to_owned()];
    }
    let rest = relative.split_once('/').map(|(_, rest)| rest);
    let matching = nu_glob::Pattern::new(first).ok();
    let mut found = Vec::new();
    for granted in granted {
        let granted = absolute(granted, root).to_string_lossy().into_owned();
        let name = granted.trim_start_matches('/');
        if first == "**" {
            found.push(format!("{granted}/{relative}"));
            if matches!(rest, None | Some("*")) {
                found.push(granted);
            }
        } else if matching.as_ref().is_some_and(|it| it.matches(name)) {
            found.push(rest.map_or_else(|| granted.clone(), |rest| format!("{granted}/{rest}")));
        }
    }
    found
}
