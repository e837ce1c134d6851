//! Reads a manifest from its file.

use std::{fs, io, path::Path};

use super::{content::Manifest, error::ManifestError, sections};

/// The file's name.
pub const FILE_NAME: &str = "agent.toml";

impl Manifest {
    /// Reads `agent.toml` in `folder`; a folder without one has an empty manifest.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, or says something that is no part
    /// of a manifest; the first such place is reported.
    pub fn read(folder: &Path) -> Result<Manifest, ManifestError> {
        let path = folder.join(FILE_NAME);
        match fs::read_to_string(&path) {
            Ok(text) => Manifest::parse(&path, text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Manifest::default()),
            Err(source) => Err(ManifestError::Read { path, source }),
        }
    }

    /// Reads the text of a manifest; `path` is where it came from, and its
    /// folder is where relative directories count from.
    pub fn parse(path: &Path, text: String) -> Result<Manifest, ManifestError> {
        let mut manifest = sections::read(path, &text)?;
        manifest.path = Some(path.to_owned());
        manifest.text = text;
        Ok(manifest)
    }
}
