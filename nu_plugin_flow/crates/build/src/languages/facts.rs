//! What is known of each language without building anything in it: a table.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use flow_contract::{literals, nearest};
use thiserror::Error;

use crate::manifest::{FILE_NAME, Manifest};

/// The file that makes a folder a module of Go.
pub(crate) const GO_MODULE: &str = "go.mod";

/// The file that makes a folder a project of npm.
pub(crate) const NPM_PROJECT: &str = "package.json";

/// The file that makes a folder a project of Python.
pub(crate) const PYTHON_PROJECT: &str = "pyproject.toml";

/// The settings of the TypeScript compiler.
pub(crate) const TYPESCRIPT_SETTINGS: &str = "tsconfig.json";

/// Tells the languages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id {
    Rust,
    Go,
    Python,
    JavaScript,
    TypeScript,
    Nushell,
}

/// What is known of one language.
#[derive(Debug)]
pub struct Facts {
    pub(crate) id: Id,
    name: &'static str,
    /// Extensions of its source files.
    extensions: &'static [&'static str],
    /// Files that make a folder a project of this language.
    pub(crate) markers: &'static [&'static str],
    /// The file that an agent begins with where its manifest names none, relative to its folder.
    entry: &'static str,
    /// Whether an agent without that file begins with the only source in its folder.
    only_source: bool,
    /// The name of the interpreter that runs agents; nothing where they are compiled.
    pub(crate) interpreter: Option<&'static str>,
    /// The languages that share modules with this one, itself among them.
    family: &'static [&'static str],
    /// Extensions of the files that can be loaded as modules.
    modules: &'static [&'static str],
    /// Whether a source file outside of any project is an agent.
    pub(crate) takes_single_files: bool,
    has_network: bool,
}

pub(crate) static RUST: Facts = Facts {
    id: Id::Rust,
    name: "rust",
    extensions: &["rs"],
    markers: &["Cargo.toml"],
    entry: "src/lib.rs",
    only_source: false,
    interpreter: None,
    family: &["rust"],
    modules: &[],
    takes_single_files: false,
    has_network: true,
};

pub(crate) static GO: Facts = Facts {
    id: Id::Go,
    name: "go",
    extensions: &["go"],
    markers: &[GO_MODULE],
    entry: "main.go",
    only_source: false,
    interpreter: None,
    family: &["go"],
    modules: &[],
    takes_single_files: true,
    has_network: false,
};

pub(crate) static PYTHON: Facts = Facts {
    id: Id::Python,
    name: "python",
    extensions: &["py"],
    markers: &[PYTHON_PROJECT],
    entry: "main.py",
    only_source: true,
    interpreter: Some("pyodide"),
    family: &["python"],
    modules: &["py"],
    takes_single_files: true,
    has_network: false,
};

pub(crate) static JAVASCRIPT: Facts = Facts {
    id: Id::JavaScript,
    name: "javascript",
    extensions: &["js", "mjs"],
    markers: &[NPM_PROJECT],
    entry: "main.js",
    only_source: false,
    interpreter: Some("javascript"),
    family: &["javascript", "typescript"],
    modules: &["js", "mjs", "ts", "mts", "json"],
    takes_single_files: true,
    has_network: false,
};

pub(crate) static TYPESCRIPT: Facts = Facts {
    id: Id::TypeScript,
    name: "typescript",
    extensions: &["ts", "mts"],
    markers: &[NPM_PROJECT],
    entry: "main.ts",
    only_source: false,
    interpreter: Some("javascript"),
    family: &["javascript", "typescript"],
    modules: &["js", "mjs", "ts", "mts", "json"],
    takes_single_files: true,
    has_network: false,
};

pub(crate) static NUSHELL: Facts = Facts {
    id: Id::Nushell,
    name: "nushell",
    extensions: &["nu"],
    markers: &[],
    entry: "main.nu",
    only_source: false,
    interpreter: Some("nushell"),
    family: &["nushell"],
    modules: &["nu"],
    takes_single_files: true,
    has_network: false,
};

/// Every language that this version builds, in the order in which folders are recognised.
static TABLE: [&Facts; 6] = [&RUST, &GO, &PYTHON, &JAVASCRIPT, &TYPESCRIPT, &NUSHELL];

/// What people call the languages too.
const SHORT: &[(&str, &str)] = &[
    ("golang", "go"),
    ("js", "javascript"),
    ("node", "javascript"),
    ("nu", "nushell"),
    ("py", "python"),
    ("rs", "rust"),
    ("ts", "typescript"),
];

impl Facts {
    /// The language's name, in lowercase.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether agents are bundles that an interpreter runs.
    pub fn is_interpreted(&self) -> bool {
        self.interpreter.is_some()
    }

    /// Whether agents can use the network where it is granted.
    pub fn has_network(&self) -> bool {
        self.has_network
    }

    /// Whether the file at `path` is a source in this language, by its extension.
    pub(crate) fn is_source(&self, path: &Path) -> bool {
        has_extension(path, self.extensions)
    }

    /// Whether the file at `path` can be loaded as a module, by its extension.
    pub(crate) fn is_module(&self, path: &Path) -> bool {
        has_extension(path, self.modules)
    }

    /// The file that the agent in `root` begins with where its manifest names none.
    pub(crate) fn entry_in(&self, root: &Path) -> PathBuf {
        let usual = root.join(self.entry);
        if !self.only_source || usual.is_file() {
            return usual;
        }
        let entries = fs::read_dir(root).into_iter().flatten().flatten();
        let mut sources = entries
            .map(|entry| entry.path())
            .filter(|path| self.is_source(path) && path.is_file());
        match (sources.next(), sources.next()) {
            (Some(only), None) => only,
            _ => usual,
        }
    }

    /// The folder of the project that `file` belongs to. For a compiled language
    /// that is the nearest with a marker. For an interpreted one it is the nearest
    /// with an `agent.toml` that is not of another language, within the repository,
    /// or the file's own folder if that has a marker.
    pub(crate) fn project(&self, file: &Path) -> Option<PathBuf> {
        if !self.is_interpreted() {
            let mut folders = file.ancestors().skip(1);
            return folders
                .find(|folder| self.marks(folder))
                .map(Path::to_owned);
        }
        let own = file.parent()?;
        match nearest_agent(own) {
            // A manifest that cannot be read is an error of the agent that has it.
            Some(folder) if Manifest::read(folder).map_or(true, |it| self.owns(&it)) => {
                Some(folder.to_owned())
            }
            _ => self.marks(own).then(|| own.to_owned()),
        }
    }

    /// Whether one of the markers is in `folder`.
    fn marks(&self, folder: &Path) -> bool {
        let mut markers = self.markers.iter();
        markers.any(|marker| folder.join(marker).is_file())
    }

    /// Whether an agent with this manifest is in this language or one of its
    /// family, as far as the manifest says.
    fn owns(&self, manifest: &Manifest) -> bool {
        match (&manifest.language, &manifest.entry) {
            (Some(language), _) => self.family.contains(&language.value.as_str()),
            (None, Some(entry)) => self.is_module(Path::new(&entry.value)),
            (None, None) => true,
        }
    }
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| extensions.contains(&extension))
}

/// The nearest of `folder` and the folders above it, within the repository,
/// that has an `agent.toml`.
fn nearest_agent(folder: &Path) -> Option<&Path> {
    let mut left_repository = false;
    folder
        .ancestors()
        .take_while(|folder| {
            let inside = !left_repository;
            left_repository = folder.join(".git").exists();
            inside
        })
        .find(|folder| folder.join(FILE_NAME).is_file())
}

/// A language that flow does not build.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LanguageError {
    /// No such language.
    #[error("unknown language: `{language}`")]
    Unknown {
        /// What was asked for.
        language: String,
    },
    /// A file that belongs to no language.
    #[error("no language for files that end in `.{extension}`")]
    Extension {
        /// Without the dot.
        extension: String,
    },
}

impl LanguageError {
    /// What to do, as a help text.
    pub fn advice(&self) -> String {
        let supported = literals(names());
        match self {
            LanguageError::Unknown { language } => {
                let short = SHORT.iter().find(|(short, _)| short == language);
                let near = short.map(|(_, name)| *name);
                match near.or_else(|| nearest(names(), language)) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("use one of: {supported}"),
                }
            }
            LanguageError::Extension { .. } => {
                format!(
                    "name an agent's folder, a `.wasm`, or a source file in one of: {supported}"
                )
            }
        }
    }
}

/// The names of the languages that this version builds.
pub fn names() -> Vec<&'static str> {
    TABLE.iter().map(|facts| facts.name).collect()
}

/// The language called `name`.
pub(crate) fn named(name: &str) -> Result<&'static Facts, LanguageError> {
    let found = TABLE.into_iter().find(|facts| facts.name == name);
    found.ok_or_else(|| LanguageError::Unknown {
        language: name.to_owned(),
    })
}

/// The language of source files that end in `.extension`.
pub(crate) fn of_extension(extension: &str) -> Result<&'static Facts, LanguageError> {
    let mut table = TABLE.into_iter();
    let found = table.find(|facts| facts.extensions.contains(&extension));
    found.ok_or_else(|| LanguageError::Extension {
        extension: extension.to_owned(),
    })
}

/// The language whose marker is in `folder`, if there is one.
pub(crate) fn recognise(folder: &Path) -> Option<&'static Facts> {
    let found = TABLE.into_iter().find(|facts| facts.marks(folder))?;
    if found.id != Id::JavaScript {
        return Some(found);
    }
    // A project of npm may be in either language; the file that it begins with tells.
    let has = |name: &str| folder.join(name).is_file();
    let is_typescript =
        has(TYPESCRIPT.entry) || (has(TYPESCRIPT_SETTINGS) && !has(JAVASCRIPT.entry));
    Some(if is_typescript { &TYPESCRIPT } else { found })
}

/// Every file that makes a folder an agent, for messages.
pub(crate) fn markers() -> impl Iterator<Item = &'static str> {
    let markers = TABLE.iter().flat_map(|facts| facts.markers);
    let markers: BTreeSet<_> = markers.copied().collect();
    markers.into_iter()
}
