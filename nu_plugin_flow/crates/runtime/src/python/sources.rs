//! Python agents, as a build leaves them.

use std::path::PathBuf;

/// A Python agent, as a build leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PythonAgent {
    /// The file that it begins with, below its folder: `score.py`.
    pub entry: String,
    /// Whether that file has a function `handle`; else it is a program with
    /// standard streams.
    pub handler: bool,
    /// All its files, by their paths below its folder.
    pub files: Vec<(String, Vec<u8>)>,
    /// The packages that it was locked to.
    pub packages: Option<Packages>,
    /// Modules of the standard library and of packages that it imports, which
    /// its snapshot has imported already; `module:name` for a name from one.
    pub preload: Vec<String>,
}

/// Unpacked packages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Packages {
    /// What names their exact content.
    pub key: String,
    /// The folder that Python finds them in.
    pub folder: PathBuf,
}
