//! The wheels that an agent gets.

use std::{path::PathBuf, str::FromStr};

use flow_cache::{Digest, Digester};
use pep508_rs::PackageName;

use crate::python::requirement::Requirements;

/// The wheels of one agent, by package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) struct Lock {
    pub packages: Vec<Locked>,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) struct Locked {
    /// Normalised.
    pub name: String,
    pub version: String,
    /// The wheel's file name.
    pub wheel: String,
    pub source: Source,
    pub digest: Digest,
    /// Bytes, where the lock says so.
    pub size: Option<u64>,
}

/// Where a wheel comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) enum Source {
    /// An index, or a file by its URL.
    Url(String),
    /// A file, absolute.
    Path(PathBuf),
}

impl Lock {
    /// The key of the environment that these wheels make.
    pub fn environment(&self) -> Digest {
        let mut digester = Digester::new();
        for locked in &self.packages {
            digester
                .update(&locked.wheel)
                .update(locked.digest.as_bytes());
        }
        digester.finish()
    }

    /// Whether every package that is asked for is there, in a version that is.
    /// The requirement that is not met is the answer where one is not.
    pub fn unmet(&self, requirements: &Requirements) -> Option<String> {
        let unmet = requirements.iter().find(|requirement| {
            let package = requirement.package().to_string();
            let locked = self.packages.iter().find(|locked| locked.name == package);
            !locked.is_some_and(|locked| requirement.allows(&locked.version))
        });
        unmet.map(|requirement| requirement.text.clone())
    }
}

/// A package's name as PEP 503 compares it.
pub(in crate::python) fn normalised(name: &str) -> String {
    PackageName::from_str(name).map_or_else(|_| name.to_owned(), |name| name.to_string())
}
