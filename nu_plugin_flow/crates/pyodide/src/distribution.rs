//! Pyodide's own files, as its npm package has them.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use miette::Diagnostic;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::files::Layer;

/// The version that this crate is made for: others have other imports and
/// another ABI.
pub const VERSION: &str = "314.0.7";
/// The version of Python in it.
pub const PYTHON: &str = "3.14.2";
/// The compiled interpreter.
pub const INTERPRETER: &str = "pyodide.asm.wasm";
/// The standard library.
pub const LIBRARY: &str = "python_stdlib.zip";

/// Its SHA-256.
const LIBRARY_DIGEST: &str = "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a";
/// Where Python finds it.
const LIBRARY_PATH: &str = "/lib/python314.zip";

/// The files that are needed, with their SHA-256.
pub const FILES: [(&str, &str); 2] = [
    (
        INTERPRETER,
        "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    ),
    (LIBRARY, LIBRARY_DIGEST),
];

/// The files of Pyodide [`VERSION`], which lie in one folder.
#[derive(Debug, Clone)]
pub struct Distribution {
    folder: PathBuf,
    library: Bytes,
}

/// Pyodide's files cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum DistributionError {
    /// A file cannot be read.
    #[error("cannot read a file of pyodide: `{}`", path.display())]
    #[diagnostic(
        code(pyodide::distribution::read),
        help("get the npm package `pyodide` {VERSION}: the file is in it")
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file is not the one that this crate was made for.
    #[error("a file of pyodide is damaged or of another version: `{}`: its SHA-256 is {found}", path.display())]
    #[diagnostic(
        code(pyodide::distribution::digest),
        help("get the npm package `pyodide` {VERSION} again")
    )]
    Digest {
        /// The file.
        path: PathBuf,
        /// What was computed, in hexadecimal digits.
        found: String,
    },
}

impl Distribution {
    /// Opens the files in `folder`. The standard library is read and checked;
    /// the interpreter is when it is needed: code that was compiled once does
    /// not need it again.
    pub fn open(folder: &Path) -> Result<Self, DistributionError> {
        let library = checked(folder, LIBRARY)?;
        Ok(Self {
            folder: folder.to_owned(),
            library: library.into(),
        })
    }

    /// Reads and checks every file in `folder`.
    pub fn check(folder: &Path) -> Result<(), DistributionError> {
        for (name, _) in FILES {
            checked(folder, name)?;
        }
        Ok(())
    }

    /// The standard library, a zip archive, where Python looks for it.
    pub(crate) fn library(&self) -> Layer {
        Layer {
            id: LIBRARY_DIGEST.into(),
            files: vec![(LIBRARY_PATH.to_owned(), self.library.clone())],
        }
    }

    /// The interpreter as Emscripten made it.
    pub(crate) fn interpreter(&self) -> Result<Vec<u8>, DistributionError> {
        checked(&self.folder, INTERPRETER)
    }
}

fn checked(folder: &Path, name: &str) -> Result<Vec<u8>, DistributionError> {
    let path = folder.join(name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) => return Err(DistributionError::Read { path, source }),
    };
    let found = hexadecimal(&bytes);
    let known = FILES
        .iter()
        .any(|(file, digest)| *file == name && *digest == found);
    if known {
        Ok(bytes)
    } else {
        Err(DistributionError::Digest { path, found })
    }
}

/// The SHA-256 of `bytes` in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_a_different_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Distribution::open(folder.path()).unwrap_err();
        assert!(matches!(open(), DistributionError::Read { .. }));
        fs::write(folder.path().join(LIBRARY), "no zip").unwrap();
        let error = open();
        assert!(matches!(error, DistributionError::Digest { .. }), "{error}");
    }
}
