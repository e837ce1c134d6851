//! What of an agent is compiled: a package of a module, or a file of none.

use std::path::PathBuf;

use super::{module, source};
use crate::{
    agent::definition::{Agent, AgentKind},
    languages::facts::GO_MODULE,
    plan_error::PlanError,
};

/// What is to be compiled.
pub(super) struct Project {
    /// The module's folder, or that of the only file.
    pub root: PathBuf,
    /// The file, where it belongs to no module; relative to `root`.
    pub single: Option<PathBuf>,
    /// The package as Go names it: `.`, `./cmd/score`.
    pub package: String,
    /// Whether it is called with records, rather than run.
    pub is_handler: bool,
    /// Folders whose files are inputs.
    pub folders: Vec<PathBuf>,
}

impl Project {
    /// The package, or the only file.
    pub fn name(&self) -> String {
        match &self.single {
            Some(file) => file.display().to_string(),
            None => self.package.clone(),
        }
    }

    /// The project that the agent begins in.
    pub fn of(agent: &Agent) -> Result<Project, PlanError> {
        let AgentKind::Source { entry, .. } = &agent.kind else {
            return Err(PlanError::no_entry(&agent.root));
        };
        let root = agent.root.clone();
        let below = entry
            .strip_prefix(&root)
            .map_err(|_| PlanError::no_entry(entry))?;
        // Go makes an archive of it, without a word.
        if let Some(package) = source::package(entry).filter(|package| package != "main") {
            return Err(PlanError::Library {
                path: entry.clone(),
                package,
            });
        }
        if !root.join(GO_MODULE).is_file() {
            if !entry.is_file() {
                return Err(PlanError::no_entry(entry));
            }
            return Ok(Project {
                is_handler: source::is_handler(std::slice::from_ref(entry)),
                single: Some(below.to_owned()),
                package: ".".to_owned(),
                folders: Vec::new(),
                root,
            });
        }
        let package = match below.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => {
                format!("./{}", folder.display().to_string().replace('\\', "/"))
            }
            _ => ".".to_owned(),
        };
        Ok(Project {
            is_handler: source::is_handler(&source::files(&root)),
            single: None,
            package,
            folders: module::folders(&root)?,
            root,
        })
    }
}
