//! `.flow/templates.json`: what flow added to a project, version 1. It belongs into version control
//! together with the files it names.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::TemplateError;

/// Its path in the project.
pub(crate) const FILE: &str = ".flow/templates.json";

const SCHEMA: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    schema: u32,
    /// Unless the user's own `devbox.json` includes all templates anyway.
    pub(crate) devbox: Option<Devbox>,
    /// In the order in which they were added.
    pub(crate) templates: Vec<Added>,
}

/// The project's `devbox.json` as it was before flow, and as flow left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Devbox {
    /// Nothing where there was none.
    pub(crate) original: Option<String>,
    /// SHA-256 in hexadecimal.
    pub(crate) written: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Added {
    pub(crate) name: String,
    /// The optional parts that came along.
    pub(crate) parts: Vec<String>,
    /// Whether flow added the entry in `include`; else it was there.
    pub(crate) included: bool,
    /// SHA-256 in hexadecimal of each file, by its path with `/`.
    pub(crate) files: BTreeMap<String, String>,
}

impl Default for Record {
    fn default() -> Record {
        Record {
            schema: SCHEMA,
            devbox: None,
            templates: Vec::new(),
        }
    }
}

impl Record {
    /// Reads a record, which came from `path`.
    pub(crate) fn read(text: &str, path: &Path) -> Result<Record, TemplateError> {
        let wrong = |reason: String| TemplateError::Record {
            path: path.to_owned(),
            reason,
        };
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        // First, so that a record of a later version is named as such.
        let version: Version =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if version.schema != SCHEMA {
            let schema = version.schema;
            return Err(wrong(format!(
                "written by another version of flow, with schema {schema}"
            )));
        }
        let record: Record =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        for added in &record.templates {
            if let Some(path) = added.files.keys().find(|path| !is_ours(path)) {
                return Err(wrong(format!("flow never writes `{path}`")));
            }
        }
        Ok(record)
    }

    pub(crate) fn text(&self) -> String {
        // Texts, numbers and maps with texts as keys: nothing that JSON lacks.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Added> {
        self.templates.iter().find(|added| added.name == name)
    }
}

/// Whether a record may name this file: one that is edited must not have flow delete others.
fn is_ours(path: &str) -> bool {
    let below = path
        .strip_prefix(".flow/devbox/")
        .or_else(|| path.strip_prefix(".devcontainer/flow-"));
    below.is_some_and(|rest| !rest.split('/').any(|step| step == ".." || step.is_empty()))
}
