//! JavaScript: read and run by its engine.

use std::path::{Path, PathBuf};

use flow_workspace::TemplateFile;

use super::{
    Language, Output, Plan, Probe, Request, Steps, Target,
    modules::{Modules, owns},
};
use crate::{agent::Agent, diagnostics::Message, plan_error::PlanError, scaffold::embedded};

const PROJECT: &str = "package.json";
const ENDINGS: &[&str] = &["js", "mjs", "json"];
const LANGUAGES: [&str; 1] = ["javascript"];

#[derive(Debug)]
pub(super) struct JavaScript {
    name: &'static str,
    extensions: &'static [&'static str],
    entry: &'static str,
}

pub(super) static JAVASCRIPT: JavaScript = JavaScript {
    name: "javascript",
    extensions: &["js", "mjs"],
    entry: "main.js",
};

/// Every text in quotes that begins like a relative path.
fn names(text: &str) -> Vec<&str> {
    let quoted = text.split(['"', '\'', '`']);
    quoted
        .filter(|part| part.starts_with("./") || part.starts_with("../"))
        .filter(|part| !part.contains('\n'))
        .collect()
}

impl JavaScript {
    fn modules(&self) -> Modules {
        Modules {
            engine: "javascript",
            language: self.name,
            endings: ENDINGS,
            names,
        }
    }
}

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        self.name
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn markers(&self) -> &'static [&'static str] {
        &[PROJECT]
    }

    fn entry(&self) -> &'static str {
        self.entry
    }

    fn interpreter(&self) -> Option<&'static str> {
        Some("javascript")
    }

    fn probe(&self, _agent: &Agent, _target: Target) -> Probe {
        Probe::default()
    }

    /// It is in flow.
    fn toolchain(&self) -> &'static [&'static str] {
        &[]
    }

    fn install(&self, _program: &str) -> String {
        "flow toolchain install javascript".to_owned()
    }

    fn witnesses(&self, _answers: &[String]) -> Vec<PathBuf> {
        Vec::new()
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        self.modules().plan(request)
    }

    fn steps(&self, request: &Request<'_>, _scratch: &Path) -> Result<Steps, PlanError> {
        Ok(Steps {
            commands: Vec::new(),
            output: Output::Bundle(self.modules().order(request.agent)?),
            stale: Vec::new(),
        })
    }

    fn messages(&self, _stdout: &[u8], _root: &Path) -> Vec<Message> {
        Vec::new()
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::javascript_template(name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::javascript_sdk()
    }

    fn project(&self, file: &Path) -> Option<PathBuf> {
        let modules = self.modules();
        let named = modules.project(file, &|manifest| owns(manifest, &LANGUAGES, ENDINGS));
        named.or_else(|| {
            let own = file.parent()?;
            own.join(PROJECT).is_file().then(|| own.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_in_quotes_are_names_of_modules() {
        let text =
            "import a from './a.js';\nimport b from \"zod\"; const c = await import(`../c.js`);";
        assert_eq!(names(text), ["./a.js", "../c.js"]);
    }
}
