//! Python: read by the interpreter that runs it, never compiled.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use flow_workspace::{Outcome, TemplateFile};

use super::{BundleOrder, Language, Output, Plan, Probe, Request, Steps, Target, files};
use crate::{
    agent::Agent,
    diagnostics::Message,
    manifest::{FILE_NAME, Manifest, Setting},
    near::{list, near_miss},
    plan_error::PlanError,
    python::LOCK_FILE,
    scaffold::embedded,
};

const PROJECT: &str = "pyproject.toml";

#[derive(Debug)]
pub(super) struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["py"]
    }

    fn markers(&self) -> &'static [&'static str] {
        &[PROJECT]
    }

    fn entry(&self) -> &'static str {
        "main.py"
    }

    /// `main.py`, else the only source in the folder.
    fn entry_in(&self, root: &Path) -> PathBuf {
        let usual = root.join(self.entry());
        if usual.is_file() {
            return usual;
        }
        let sources = fs::read_dir(root).into_iter().flatten().flatten();
        let mut sources = sources
            .map(|entry| entry.path())
            .filter(|path| is_source(path) && path.is_file());
        match (sources.next(), sources.next()) {
            (Some(only), None) => only,
            _ => usual,
        }
    }

    fn interpreter(&self) -> Option<&'static str> {
        Some("pyodide")
    }

    fn probe(&self, _agent: &Agent, _target: Target) -> Probe {
        Probe::default()
    }

    /// It is in flow.
    fn toolchain(&self) -> &'static [&'static str] {
        &[]
    }

    fn install(&self, program: &str) -> String {
        match program {
            "uv" => "pip install uv".to_owned(),
            _ => "flow toolchain install python".to_owned(),
        }
    }

    fn witnesses(&self, _answers: &[String]) -> Vec<PathBuf> {
        Vec::new()
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        let agent = request.agent;
        if request.target == Target::Web {
            return Err(PlanError::Target {
                language: self.name(),
                target: request.target.as_str(),
            });
        }
        let order = order(agent)?;
        let version = request.answers.first().cloned().unwrap_or_default();
        let mut settings = BTreeMap::new();
        settings.insert("interpreter".to_owned(), version.clone());
        settings.insert("name".to_owned(), agent.name.clone());
        settings.insert("entry".to_owned(), order.entry.clone());
        settings.insert("platform".to_owned(), crate::python::platform_tag());
        let folder = |name: &String| (order.root.clone(), PathBuf::from(name));
        let mut named: Vec<_> = order.files.iter().map(folder).collect();
        if order.has_folder {
            // One that is not there counts as empty, and is noticed when it comes.
            let others = [FILE_NAME, PROJECT, LOCK_FILE];
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
        Ok(Steps {
            commands: Vec::new(),
            output: Output::Bundle(order(request.agent)?),
            stale: Vec::new(),
            files: Vec::new(),
        })
    }

    fn messages(&self, _outcome: &Outcome, _seen: &Path, _root: &Path) -> Vec<Message> {
        Vec::new()
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::python_template(name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::python_sdk()
    }

    /// The nearest folder with an `agent.toml` that is not of another language,
    /// within the repository; or the file's own folder, where it is a project.
    fn project(&self, file: &Path) -> Option<PathBuf> {
        let own = file.parent()?;
        let mut folders = Vec::new();
        for folder in own.ancestors() {
            folders.push(folder);
            if folder.join(".git").exists() {
                break;
            }
        }
        let nearest = folders
            .into_iter()
            .find(|folder| folder.join(FILE_NAME).is_file());
        match nearest {
            // A manifest that cannot be read is an error of the agent that has it.
            Some(folder) if Manifest::read(folder).map_or(true, |it| self.owns(&it)) => {
                Some(folder.to_owned())
            }
            _ => own.join(PROJECT).is_file().then(|| own.to_owned()),
        }
    }
}

impl Python {
    /// Whether an agent with this manifest is in Python, as far as it says.
    fn owns(&self, manifest: &Manifest) -> bool {
        match (&manifest.language, &manifest.entry) {
            (Some(language), _) => language.value == self.name(),
            (None, Some(entry)) => is_source(Path::new(&entry.value)),
            (None, None) => true,
        }
    }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py")
}

/// What the manifest's `[build]` says to this language.
#[derive(Debug, Default)]
struct Settings {
    exclude: Vec<PathBuf>,
}

fn settings(agent: &Agent) -> Result<Settings, PlanError> {
    let keys = ["packages", "exclude"];
    let mut settings = Settings::default();
    for (key, setting) in &agent.manifest.build {
        let error = |problem: String, help: String| {
            PlanError::setting(&agent.manifest, setting, problem, help)
        };
        match (key.as_str(), &setting.value) {
            // What is in them is read where they are resolved.
            ("packages", Setting::List(_)) => {}
            ("exclude", Setting::List(paths)) => {
                settings.exclude = paths.iter().map(|path| agent.root.join(path)).collect();
            }
            ("packages", _) => {
                return Err(error(
                    "`build.packages` has to be a list of strings".to_owned(),
                    "write a list, such as `[\"pydantic>=2\"]`".to_owned(),
                ));
            }
            ("exclude", _) => {
                return Err(error(
                    "`build.exclude` has to be a list of strings".to_owned(),
                    "write a list of files and folders, such as `[\"tests\"]`".to_owned(),
                ));
            }
            _ => {
                let help = match near_miss(key, keys) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("a python agent has: {}", list(keys)),
                };
                return Err(error(format!("unknown key: `build.{key}`"), help));
            }
        }
    }
    Ok(settings)
}

/// What is to be bundled: a file alone, or all files of the agent's folder.
fn order(agent: &Agent) -> Result<BundleOrder, PlanError> {
    let crate::agent::AgentKind::Source { entry, language } = &agent.kind else {
        return Err(no_entry(&agent.root));
    };
    let root = &agent.root;
    let name = entry.strip_prefix(root).ok().and_then(files::name);
    let name = name.ok_or_else(|| no_entry(entry))?;
    if !entry.is_file() {
        return Err(no_entry(entry));
    }
    let has_folder = language
        .project(entry)
        .is_some_and(|folder| folder == *root);
    let files = if has_folder {
        let mut left_out = settings(agent)?.exclude;
        // What is granted is read when the agent runs, and may be large.
        let grants = agent.manifest.permissions().dirs;
        left_out.extend(grants.into_iter().map(|grant| grant.host));
        left_out.retain(|path| path != root);
        let mut files = files::of(root, &left_out).map_err(|(path, error)| PlanError::Project {
            path,
            reason: error.to_string(),
        })?;
        if !files.contains(&name) {
            files.push(name.clone());
            files.sort();
        }
        files
    } else {
        vec![name.clone()]
    };
    files::check_size(root, &files)?;
    Ok(BundleOrder {
        root: root.clone(),
        entry: name,
        files,
        has_folder,
    })
}

fn no_entry(path: &Path) -> PlanError {
    PlanError::NoEntry {
        path: path.to_owned(),
    }
}

#[cfg(test)]
mod tests;
