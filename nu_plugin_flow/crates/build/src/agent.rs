//! What `<agent>` on the command line means.

mod error;
mod search;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use error::AgentError;
pub use search::{find_all, find_named, names};

use crate::{
    bundle,
    languages::{self, Language},
    manifest::{FILE_NAME, Manifest, ManifestError},
};

/// One agent, found but not built.
#[derive(Debug, Clone)]
pub struct Agent {
    /// From the manifest, else from the folder or file.
    pub name: String,
    /// Absolute folder of the agent.
    pub root: PathBuf,
    /// What there is of it.
    pub kind: AgentKind,
    /// Its manifest; empty where there is none.
    pub manifest: Manifest,
}

/// What there is of an agent.
#[derive(Debug, Clone)]
pub enum AgentKind {
    /// Source in a language that flow builds.
    Source {
        /// The language.
        language: &'static dyn Language,
        /// The file to begin with, absolute; the language's own where the manifest names none.
        entry: PathBuf,
    },
    /// A ready artifact.
    Wasm {
        /// The `.wasm` or `.bundle` file, absolute.
        path: PathBuf,
    },
}

impl Agent {
    /// Finds the agent that `text` means, seen from `directory`: a `.wasm`
    /// file, a source file, an agent's folder, or the name of an agent in
    /// `directory` or a folder above it (see [`find_named`]).
    ///
    /// # Errors
    /// There is no such agent (with the near miss), the file or folder is no
    /// agent, its manifest is wrong, or its language is not supported.
    pub fn locate(text: &str, directory: &Path) -> Result<Agent, AgentError> {
        let path = directory.join(text);
        if text.is_empty() {
            return Err(AgentError::unknown(text, directory));
        }
        if path.is_dir() {
            return match Agent::in_folder(&path) {
                // A folder that only happens to be called like the agent.
                Err(error @ AgentError::NoAgent { .. }) if is_name(text) => {
                    find_named(text, directory).map_err(|_| error)
                }
                result => result,
            };
        }
        if path.is_file() {
            return Agent::in_file(&path);
        }
        if is_name(text) {
            return find_named(text, directory);
        }
        Err(AgentError::NoFile { path })
    }

    /// The agent in `folder`: one with an `agent.toml`, or with a file that
    /// gives its language away.
    pub fn in_folder(folder: &Path) -> Result<Agent, AgentError> {
        Agent::in_folder_of(folder, None)
    }

    /// The agent in `folder`; in `presumed` where nothing there says otherwise.
    fn in_folder_of(
        folder: &Path,
        presumed: Option<&'static dyn Language>,
    ) -> Result<Agent, AgentError> {
        let root = absolute(folder)?;
        let manifest = Manifest::read(&root)?;
        let language = match &manifest.language {
            Some(language) => languages::named(&language.value)
                .map_err(|error| AgentError::language(&manifest, language, error))?,
            None => {
                let of_entry = || {
                    let entry = Path::new(manifest.entry.as_ref()?.value.as_str());
                    languages::of_extension(entry.extension()?.to_str()?).ok()
                };
                match languages::recognise(&root).or_else(of_entry).or(presumed) {
                    Some(language) => language,
                    None => return Agent::ready(root, manifest),
                }
            }
        };
        let entry = match &manifest.entry {
            Some(entry) => {
                let path = root.join(&entry.value);
                if !path.is_file() {
                    return Err(AgentError::entry(&manifest, entry));
                }
                path
            }
            None => language.entry_in(&root),
        };
        let name = name_of(&manifest, &root);
        Ok(Agent {
            name,
            root,
            kind: AgentKind::Source { language, entry },
            manifest,
        })
    }

    /// A folder whose manifest names a `.wasm` as its entry.
    fn ready(root: PathBuf, manifest: Manifest) -> Result<Agent, AgentError> {
        let Some(entry) = manifest
            .entry
            .as_ref()
            .filter(|entry| entry.value.ends_with(".wasm"))
        else {
            return Err(AgentError::NoAgent { path: root });
        };
        let path = root.join(&entry.value);
        if !path.is_file() {
            return Err(AgentError::entry(&manifest, entry));
        }
        Ok(Agent {
            name: name_of(&manifest, &root),
            root,
            kind: AgentKind::Wasm { path },
            manifest,
        })
    }

    fn in_file(path: &Path) -> Result<Agent, AgentError> {
        let path = absolute(path)?;
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        match extension {
            "wasm" | bundle::EXTENSION => {
                // What flow built runs as the manifest of its source says.
                let source = root
                    .ends_with(".flow/build")
                    .then(|| root.ancestors().nth(2));
                let is_built = source.is_some();
                let root = source.flatten().unwrap_or(&root).to_owned();
                // The manifest beside it counts, unless it is that of a source.
                let manifest = Manifest::read(&root)?;
                let entry = manifest.entry.as_ref();
                let own = is_built || entry.is_some_and(|entry| root.join(&entry.value) == path);
                let manifest = if own { manifest } else { Manifest::default() };
                let name = match &manifest.name {
                    Some(name) => name.value.clone(),
                    None => stem(&path),
                };
                Ok(Agent {
                    name,
                    root,
                    kind: AgentKind::Wasm { path },
                    manifest,
                })
            }
            "cwasm" => Err(AgentError::Precompiled { path }),
            "toml" if path.file_name().is_some_and(|name| name == FILE_NAME) => {
                Agent::in_folder(&root)
            }
            _ => {
                let language = languages::of_extension(extension)
                    .map_err(|error| AgentError::file_language(&path, error))?;
                let agent = match language.project(&path) {
                    Some(root) => Agent::in_folder_of(&root, Some(language))?,
                    None if language.takes_single_files() => Agent {
                        name: stem(&path),
                        root,
                        kind: AgentKind::Wasm { path: path.clone() },
                        manifest: Manifest::default(),
                    },
                    None => {
                        return Err(AgentError::NoProject {
                            path: path.clone(),
                            language: language.name(),
                            markers: language.markers(),
                        });
                    }
                };
                Ok(Agent {
                    kind: AgentKind::Source {
                        language,
                        entry: path,
                    },
                    ..agent
                })
            }
        }
    }
}

impl From<ManifestError> for AgentError {
    fn from(error: ManifestError) -> AgentError {
        AgentError::Manifest(error)
    }
}

/// Whether a text can be the name of an agent, and is not obviously a path.
fn is_name(text: &str) -> bool {
    !text.contains(['/', '\\']) && !text.starts_with('.') && Path::new(text).extension().is_none()
}

fn name_of(manifest: &Manifest, root: &Path) -> String {
    match &manifest.name {
        Some(name) => name.value.clone(),
        None => root.file_name().map_or_else(
            || "agent".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        ),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "agent".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

fn absolute(path: &Path) -> Result<PathBuf, AgentError> {
    fs::canonicalize(path).map_err(|source| AgentError::Read {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
