//! Reads one requirement, and the range of Pythons that a project admits.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{PackageName, VerbatimUrl, VersionOrUrl};

use super::document::{Document, Placed};
use crate::python::{error::PythonError, platform};

/// One requirement, as PEP 508 has it: `pydantic[email]>=2; python_version >= "3.12"`.
#[derive(Debug, Clone)]
pub(in crate::python) struct Requirement {
    /// As the author wrote it.
    pub text: String,
    pub(super) parsed: pep508_rs::Requirement<VerbatimUrl>,
}

impl Requirement {
    pub(super) fn parse(text: &str) -> Result<Requirement, String> {
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

/// Reads a list of requirements.
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
    let error = |problem, help| Err(document.error(python.span.clone(), problem, help));
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
