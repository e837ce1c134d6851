//! What an agent asks for, and where it says so.

use std::{collections::BTreeMap, path::Path, str::FromStr};

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{PackageName, VerbatimUrl, VersionOrUrl};

use super::{
    PythonError, platform, script,
    toml_place::{Document, Placed, declaration},
};

/// One requirement, as PEP 508 has it: `pydantic[email]>=2; python_version >= "3.12"`.
#[derive(Debug, Clone)]
pub(super) struct Requirement {
    /// As the author wrote it.
    pub text: String,
    parsed: pep508_rs::Requirement<VerbatimUrl>,
}

/// What an agent asks for, without what it asks for on other machines.
#[derive(Debug, Clone, Default)]
pub struct Requirements(Vec<Requirement>);

impl Requirement {
    fn parse(text: &str) -> Result<Requirement, String> {
        let parsed = pep508_rs::Requirement::from_str(text);
        let parsed = parsed.map_err(|error| reason(&error.message))?;
        if matches!(parsed.version_or_url, Some(VersionOrUrl::Url(_))) {
            // What is at an address is built where it has no wheel, whatever is said of wheels:
            // its build would run on this machine, with all that the user may do.
            return Err("an address, whose package could run on this machine to be built".into());
        }
        Ok(Requirement {
            text: text.trim().to_owned(),
            parsed,
        })
    }

    /// The package, normalised: `pydantic-core`.
    pub fn package(&self) -> &PackageName {
        &self.parsed.name
    }

    /// Whether `version` is one that was asked for.
    pub fn allows(&self, version: &str) -> bool {
        match &self.parsed.version_or_url {
            Some(VersionOrUrl::VersionSpecifier(specifiers)) => {
                Version::from_str(version).is_ok_and(|version| specifiers.contains(&version))
            }
            _ => true,
        }
    }
}

impl Requirements {
    /// Reads what the agent in `root` that begins with `entry` asks for: in
    /// `manifest` (the text of `agent.toml`), in a `pyproject.toml` beside it,
    /// and in the program itself.
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

pub(super) fn parse_all(
    document: &Document<'_>,
    texts: Vec<Placed>,
) -> Result<Vec<Requirement>, PythonError> {
    let parse = |placed: Placed| {
        Requirement::parse(&placed.text).map_err(|reason| {
            document.error(
                placed.span,
                format!("not a requirement: `{}`: {reason}", placed.text),
                "write a package and its versions, such as `pydantic>=2`".to_owned(),
            )
        })
    };
    texts.into_iter().map(parse).collect()
}

/// Checks a `requires-python`.
pub(super) fn check_python(document: &Document<'_>, python: &Placed) -> Result<(), PythonError> {
    let error = |problem, help| {
        Err(declaration(
            document.path,
            document.file,
            python.span.clone(),
            problem,
            help,
        ))
    };
    match VersionSpecifiers::from_str(&python.text) {
        Err(source) => error(
            format!(
                "not a range of versions: `{}`: {}",
                python.text,
                reason(&source)
            ),
            "write one such as `>=3.12`".to_owned(),
        ),
        Ok(specifiers) if !platform::admits_python(&specifiers) => error(
            format!(
                "Python {} is not admitted by `requires-python`: `{}`",
                platform::PYTHON,
                python.text
            ),
            format!(
                "admit {}, the Python in Pyodide: `>={}`",
                platform::PYTHON_SERIES,
                platform::PYTHON_SERIES
            ),
        ),
        Ok(_) => Ok(()),
    }
}

/// The first line of an error as the end of a sentence.
fn reason(error: &impl ToString) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_end_matches([':', '.', ' ']);
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests;
