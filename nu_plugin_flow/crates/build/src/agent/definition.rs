//! One agent, as its folder or file defines it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::error::AgentError;
use crate::{
    bundle,
    languages::facts::{self, Facts},
    manifest::{FILE_NAME, Manifest},
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
        language: &'static Facts,
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
    /// The agent in `folder`: one with an `agent.toml`, or with a file that
    /// gives its language away.
    pub fn in_folder(folder: &Path) -> Result<Agent, AgentError> {
        Agent::in_folder_of(folder, None)
    }

    /// The agent in `folder`; in `presumed` where nothing there says otherwise.
    fn in_folder_of(folder: &Path, presumed: Option<&'static Facts>) -> Result<Agent, AgentError> {
        let root = absolute(folder)?;
        let manifest = Manifest::read(&root)?;
        let language = match &manifest.language {
            Some(language) => facts::named(&language.value)
                .map_err(|error| AgentError::language(&manifest, language, error))?,
            None => {
                let of_entry = || {
                    let entry = Path::new(manifest.entry.as_ref()?.value.as_str());
                    facts::of_extension(entry.extension()?.to_str()?).ok()
                };
                match facts::recognise(&root).or_else(of_entry).or(presumed) {
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

    /// The agent that the file at `path` is, or is a part of.
    pub(super) fn in_file(path: &Path) -> Result<Agent, AgentError> {
        let path = absolute(path)?;
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.unwrap_or_default() {
            "wasm" | bundle::EXTENSION => Agent::in_artifact(path, &root),
            "cwasm" => Err(AgentError::Precompiled { path }),
            "toml" if path.ends_with(FILE_NAME) => Agent::in_folder(&root),
            extension => match facts::of_extension(extension) {
                Ok(language) => Agent::in_source(path, root, language),
                Err(error) => Err(AgentError::file_language(&path, error)),
            },
        }
    }

    /// The agent whose artifact is the file at `path` in `folder`.
    fn in_artifact(path: PathBuf, folder: &Path) -> Result<Agent, AgentError> {
        // What flow built runs as the manifest of its source says.
        let is_built = folder.ends_with(".flow/build");
        let source = folder.ancestors().nth(2).filter(|_| is_built);
        let root = source.unwrap_or(folder).to_owned();
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

    /// The agent that begins with the source file at `path` in `folder`.
    fn in_source(
        path: PathBuf,
        folder: PathBuf,
        language: &'static Facts,
    ) -> Result<Agent, AgentError> {
        let project = language.project(&path);
        if project.is_none() && !language.takes_single_files {
            return Err(AgentError::NoProject {
                path,
                language: language.name(),
                markers: language.markers,
            });
        }
        let (name, root, manifest) = match project {
            Some(project) => {
                let agent = Agent::in_folder_of(&project, Some(language))?;
                (agent.name, agent.root, agent.manifest)
            }
            None => (stem(&path), folder, Manifest::default()),
        };
        Ok(Agent {
            name,
            root,
            kind: AgentKind::Source {
                language,
                entry: path,
            },
            manifest,
        })
    }
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
