//! What an agent asks for, and where it says so.

mod document;
mod parse;
mod script;

use std::{collections::BTreeMap, path::Path};

use self::{
    document::Document,
    parse::{Requirement, check_python, parse_all},
};
use super::{error::PythonError, platform};

/// What an agent asks for, without what it asks for on other machines.
#[derive(Debug, Clone, Default)]
pub struct Requirements(Vec<Requirement>);

impl Requirements {
    /// Reads what an agent asks for in `manifest` (`agent.toml`), in `project`
    /// (`pyproject.toml`) and in `entry`, the program itself; each by its path and
    /// text.
    ///
    /// # Errors
    /// One of them says something that is no requirement, or needs another Python.
    pub(super) fn of(
        manifest: Option<(&Path, &str)>,
        project: Option<(&Path, &str)>,
        entry: Option<(&Path, &str)>,
    ) -> Result<Requirements, PythonError> {
        let mut all = Vec::new();
        if let Some((path, text)) = manifest {
            all.extend(of_manifest(path, text)?);
        }
        if let Some((path, text)) = project {
            all.extend(of_project(path, text)?);
        }
        if let Some((path, text)) = entry {
            all.extend(script::requirements(path, text)?);
        }
        all.retain(|requirement| platform::admits(&requirement.parsed.marker));
        // By text, so that their order and repetitions make no other lock.
        let by_text: BTreeMap<String, Requirement> = all
            .into_iter()
            .map(|requirement| (requirement.text.clone(), requirement))
            .collect();
        Ok(Requirements(by_text.into_values().collect()))
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the author wrote them, sorted.
    pub fn texts(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|requirement| requirement.text.clone())
            .collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Requirement> {
        self.0.iter()
    }
}

#[cfg(test)]
impl Requirements {
    /// Requirements that are written nowhere.
    pub(super) fn parsed(texts: &[&str]) -> Requirements {
        let parsed = texts.iter().map(|text| Requirement::parse(text).unwrap());
        Requirements(parsed.collect())
    }
}

/// `[build] packages` of `agent.toml`.
fn of_manifest(path: &Path, text: &str) -> Result<Vec<Requirement>, PythonError> {
    let document = Document::whole(path, text);
    let parsed = document.parse()?;
    let build = parsed.get_ref().get("build");
    match build.and_then(|build| build.get_ref().as_table()) {
        Some(build) => parse_all(&document, document.strings(build, "packages")?),
        None => Ok(Vec::new()),
    }
}

/// `[project] dependencies` of `pyproject.toml`.
fn of_project(path: &Path, text: &str) -> Result<Vec<Requirement>, PythonError> {
    let document = Document::whole(path, text);
    let parsed = document.parse()?;
    let project = parsed.get_ref().get("project");
    let Some(project) = project.and_then(|project| project.get_ref().as_table()) else {
        return Ok(Vec::new());
    };
    if let Some(python) = document.string(project, "requires-python")? {
        check_python(&document, &python)?;
    }
    parse_all(&document, document.strings(project, "dependencies")?)
}

#[cfg(test)]
mod tests;
