//! Reading a lock file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    str::FromStr,
};

use pep508_rs::MarkerTree;
use serde::Deserialize;

use super::wheels::{Lock, Locked, Source, normalised};
use crate::python::{
    error::PythonError,
    platform,
    requirement::Requirements,
    wheel::{WheelName, file_of},
};

/// The file's name.
pub(crate) const FILE_NAME: &str = "pylock.toml";

/// What flow calls itself in `created-by`.
pub(super) const CREATOR: &str = "flow";

/// Why a lock file gives no lock.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::python) enum LockProblem {
    /// It is no lock file, or one that flow does not understand.
    Unreadable(String),
    /// A package has no wheel that Pyodide can load.
    NoWheel {
        package: String,
        version: String,
        tags: Vec<String>,
    },
}

impl LockProblem {
    /// The problem as an error about the lock file at `path`; `help` says what to
    /// do with one that cannot be read.
    pub(in crate::python) fn at(self, path: PathBuf, help: &str) -> PythonError {
        match self {
            LockProblem::NoWheel {
                package,
                version,
                tags,
            } => PythonError::NoWheel {
                package,
                version,
                tags,
            },
            LockProblem::Unreadable(problem) => PythonError::Lock {
                path,
                problem,
                help: help.to_owned(),
            },
        }
    }
}

/// A lock file as it was read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::python) struct LockFile {
    lock_version: String,
    #[serde(default)]
    created_by: String,
    #[serde(default)]
    packages: Vec<Package>,
    #[serde(default)]
    tool: Tool,
}

#[derive(Debug, Default, Deserialize)]
struct Tool {
    flow: Option<Flow>,
}

#[derive(Debug, Deserialize)]
struct Flow {
    requirements: Vec<String>,
    platform: String,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    marker: Option<String>,
    #[serde(default)]
    wheels: Vec<File>,
    archive: Option<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    name: Option<String>,
    url: Option<String>,
    path: Option<String>,
    size: Option<u64>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

impl LockFile {
    /// Reads the text of a lock file.
    pub fn parse(text: &str) -> Result<LockFile, LockProblem> {
        let unreadable = |reason: String| LockProblem::Unreadable(reason);
        let file: LockFile = toml::from_str(text)
            .map_err(|error| unreadable(format!("not valid: {}", error.message().trim_end())))?;
        // Minor versions only add what may be ignored.
        match file.lock_version.split('.').next() {
            Some("1") => Ok(file),
            _ => Err(unreadable(format!(
                "it has the version `{}`, and `1.0` is understood",
                file.lock_version
            ))),
        }
    }

    /// Whether flow wrote it.
    pub fn is_ours(&self) -> bool {
        self.created_by == CREATOR && self.tool.flow.is_some()
    }

    /// Whether flow wrote it for these requirements and this Pyodide.
    pub fn is_for(&self, requirements: &Requirements) -> bool {
        self.is_ours()
            && self.tool.flow.as_ref().is_some_and(|flow| {
                flow.requirements == requirements.texts() && flow.platform == platform::tag()
            })
    }

    /// The best wheel of each package that is for Pyodide. Relative paths count
    /// from `folder`.
    pub fn select(&self, folder: &Path) -> Result<Lock, LockProblem> {
        let mut packages = Vec::new();
        for package in &self.packages {
            if package.is_wanted()? {
                packages.push(package.select(folder)?);
            }
        }
        packages.sort_by(|a: &Locked, b: &Locked| a.name.cmp(&b.name));
        let twice = packages
            .windows(2)
            .find(|pair| matches!(pair, [a, b] if a.name == b.name));
        match twice.and_then(|pair| pair.first()) {
            Some(locked) => Err(LockProblem::Unreadable(format!(
                "it has `{}` twice for Pyodide",
                locked.name
            ))),
            None => Ok(Lock { packages }),
        }
    }
}

impl Package {
    fn is_wanted(&self) -> Result<bool, LockProblem> {
        let Some(marker) = &self.marker else {
            return Ok(true);
        };
        match MarkerTree::from_str(marker) {
            Ok(marker) => Ok(platform::admits(&marker)),
            Err(_) => Err(LockProblem::Unreadable(format!(
                "the marker of `{}` is not understood: `{marker}`",
                self.name
            ))),
        }
    }

    fn select(&self, folder: &Path) -> Result<Locked, LockProblem> {
        let names: Vec<(String, &File)> = self
            .wheels
            .iter()
            .chain(&self.archive)
            .filter_map(|file| Some((file.name()?, file)))
            .collect();
        let parsed = names
            .iter()
            .filter_map(|(name, file)| Some((WheelName::parse(name)?, name, *file)));
        let best = parsed
            .clone()
            .filter_map(|(wheel, name, file)| Some((wheel.rank()?, wheel, name, file)))
            .min_by_key(|(rank, ..)| *rank);
        let Some((_, wheel, name, file)) = best else {
            return Err(LockProblem::NoWheel {
                package: self.name.clone(),
                version: self.version.clone().unwrap_or_default(),
                tags: parsed.map(|(wheel, ..)| wheel.tags()).collect(),
            });
        };
        let digest = file.hashes.get("sha256").and_then(|hex| hex.parse().ok());
        let unreadable = |what: &str| LockProblem::Unreadable(format!("`{name}` has no {what}"));
        Ok(Locked {
            name: normalised(&self.name),
            version: self.version.clone().unwrap_or(wheel.version.to_owned()),
            wheel: name.clone(),
            source: file.source(folder).ok_or_else(|| unreadable("place"))?,
            digest: digest.ok_or_else(|| unreadable("`sha256` digest"))?,
            size: file.size,
        })
    }
}

impl File {
    fn name(&self) -> Option<String> {
        let place = || Some(file_of(self.url.as_ref().or(self.path.as_ref())?));
        self.name.clone().or_else(place)
    }

    /// Only what is named by an URL or a path can be fetched.
    fn source(&self, folder: &Path) -> Option<Source> {
        match (&self.path, &self.url) {
            (Some(path), _) => Some(Source::Path(folder.join(path))),
            (None, Some(url)) if is_wheel(url) => Some(Source::Url(url.clone())),
            (None, _) => None,
        }
    }
}

/// Whether what is at `url` is a wheel, by its name: anything else could be built on this machine
/// where it is only to be fetched, or be an option of who fetches it.
fn is_wheel(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let known = ["https://", "http://", "file://"];
    known.iter().any(|scheme| url.starts_with(scheme)) && path.ends_with(".whl")
}
