//! New agents from a template, and the SDK that travels beside them.

pub(crate) mod embedded;
pub(crate) mod error;
mod sdk;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

pub use error::ScaffoldError;
pub(crate) use sdk::refresh_sdk;

use crate::{languages, template_file::TemplateFile};

/// Longest name of an agent.
const LONGEST: usize = 48;

/// Names that cargo refuses, or that stand for something else in a Rust program.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "flow-agent",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "serde",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The files of a new agent in `language`: the template, and below `.flow/sdk`
/// what it builds with. Paths are relative to the agent's folder, and sorted.
///
/// # Errors
/// There is no such language, or `name` is none that every tool accepts.
pub fn files(language: &str, name: &str) -> Result<Vec<TemplateFile>, ScaffoldError> {
    let language = languages::named(language).map_err(ScaffoldError::language)?;
    check_name(name)?;
    let mut files = language.template(name);
    files.extend(sdk::files(language));
    files.sort();
    Ok(files)
}

/// Writes a new agent into the folder `name` in `parent`, and returns the paths
/// of its files. The folder may be there already, but none of the files.
///
/// # Errors
/// As [`files`]; or a file is there already, or cannot be written: then nothing
/// is written, or what was is removed.
pub fn create(language: &str, name: &str, parent: &Path) -> Result<Vec<PathBuf>, ScaffoldError> {
    let files = files(language, name)?;
    let root = parent.join(name);
    let existing: Vec<PathBuf> = files
        .iter()
        .map(|(path, _)| root.join(path))
        .filter(|path| fs::symlink_metadata(path).is_ok())
        .collect();
    if !existing.is_empty() {
        return Err(ScaffoldError::exists(existing));
    }
    let mut made = Made::default();
    for (path, contents) in &files {
        let path = root.join(path);
        made.write(&path, contents)
            .map_err(|source| ScaffoldError::Write { path, source })?;
    }
    Ok(made.keep())
}

/// Checks that a name is one for a folder, a cargo package and a workspace.
fn check_name(name: &str) -> Result<(), ScaffoldError> {
    let invalid = |reason: &'static str| {
        Err(ScaffoldError::Name {
            name: name.to_owned(),
            reason,
        })
    };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > LONGEST {
        return invalid("it needs 1 to 48 characters");
    }
    if !name.bytes().all(plain) {
        return invalid("it may have small letters, digits and `-`");
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.ends_with('-') {
        return invalid("it has to begin with a letter and may not end with `-`");
    }
    if RESERVED.contains(&name) {
        return invalid("it stands for something else in a program");
    }
    Ok(())
}

/// Files and folders that were made, and are removed again unless they are kept.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Made {
    fn write(&mut self, path: &Path, contents: &[u8]) -> io::Result<()> {
        let missing: Vec<_> = path
            .ancestors()
            .skip(1)
            .take_while(|folder| !folder.exists())
            .collect();
        for folder in missing
            .into_iter()
            .rev()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        // Fails where somebody made the file since it was looked for.
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        self.files.push(path.to_owned());
        file.write_all(contents)
    }

    fn keep(mut self) -> Vec<PathBuf> {
        self.folders.clear();
        std::mem::take(&mut self.files)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests;
