//! Python: read by the interpreter that runs it, never compiled.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    build_table,
    facts::{self, Facts, PYTHON_PROJECT},
    files,
    language::{BundleOrder, Language, Plan, Request, Steps},
};
use crate::{
    agent::definition::Agent,
    manifest::FILE_NAME,
    plan_error::PlanError,
    python::{lock::FILE_NAME as LOCK_FILE, platform},
    scaffold::embedded,
    template_file::TemplateFile,
};

#[derive(Debug)]
pub(super) struct Python;

impl Language for Python {
    fn facts(&self) -> &'static Facts {
        &facts::PYTHON
    }

    fn install(&self, program: &str) -> String {
        match program {
            "uv" => "pip install uv".to_owned(),
            _ => "flow toolchain install python".to_owned(),
        }
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        request.component_only(self.facts())?;
        let agent = request.agent;
        let order = order(agent)?;
        let version = request.answers.first().cloned().unwrap_or_default();
        let settings = BTreeMap::from([
            ("interpreter".to_owned(), version.clone()),
            ("name".to_owned(), agent.name.clone()),
            ("entry".to_owned(), order.entry.clone()),
            ("platform".to_owned(), platform::tag()),
        ]);
        let folder = |name: &String| (order.root.clone(), PathBuf::from(name));
        let mut named: Vec<_> = order.files.iter().map(folder).collect();
        if order.has_folder {
            // One that is not there counts as empty, and is noticed when it comes.
            let others = [FILE_NAME, PYTHON_PROJECT, LOCK_FILE];
            named.extend(others.map(|name| (order.root.clone(), PathBuf::from(name))));
        }
        Ok(Plan {
            folders: Vec::new(),
            files: Vec::new(),
            named,
            lock_files: &[LOCK_FILE],
            settings,
            tool: "pyodide",
            version,
            reason: None,
            shared: format!("python\n{}\n{}", order.root.display(), order.entry),
            has_folder: order.has_folder,
        })
    }

    fn steps(&self, request: &Request<'_>, _scratch: &Path) -> Result<Steps, PlanError> {
        Ok(Steps::bundle(order(request.agent)?))
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::python_template(name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::python_sdk()
    }
}

/// What is to be bundled: a file alone, or all files of the agent's folder.
fn order(agent: &Agent) -> Result<BundleOrder, PlanError> {
    let in_folder = || {
        let mut excluded: &[String] = &[];
        for key in build_table::keys(agent, "a python agent", &["packages", "exclude"]) {
            let key = key?;
            match key.name {
                "exclude" => excluded = key.list(build_table::EXCLUDE)?,
                // What is in them is read where they are resolved.
                _ => {
                    key.list("write a list, such as `[\"pydantic>=2\"]`")?;
                }
            }
        }
        files::in_folder(agent, excluded)
    };
    files::order(agent, in_folder, |_| Vec::new())
}

#[cfg(test)]
mod tests;
