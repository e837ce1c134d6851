//! Agents whose sources an engine loads as modules: what is the same for each of
//! their languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{BundleOrder, Plan, Request, Target, files};
use crate::{
    agent::{Agent, AgentKind},
    engine::candidates,
    manifest::{FILE_NAME, Manifest, Setting},
    near::{list, near_miss},
    plan_error::PlanError,
};

/// Bytes of a source beyond which it is not looked through for names of others.
const LONGEST: u64 = 4 << 20;

/// How sources of a language find each other.
pub(super) struct Modules {
    /// The engine that runs them.
    pub engine: &'static str,
    /// The language, for messages.
    pub language: &'static str,
    /// Endings of files that can be loaded.
    pub endings: &'static [&'static str],
    /// What in a source may be the name of another one; more than there are is no harm.
    pub names: fn(&str) -> Vec<&str>,
}

impl Modules {
    /// What the bundle of an agent depends on.
    pub(super) fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        let agent = request.agent;
        if request.target == Target::Web {
            return Err(PlanError::Target {
                language: self.language,
                target: request.target.as_str(),
            });
        }
        let order = self.order(agent)?;
        let answer = |at: usize| request.answers.get(at).cloned().unwrap_or_default();
        let settings = BTreeMap::from([
            ("engine".to_owned(), answer(1)),
            ("name".to_owned(), agent.name.clone()),
            ("entry".to_owned(), order.entry.clone()),
        ]);
        let place = |name: &String| (order.root.clone(), PathBuf::from(name));
        let mut named: Vec<_> = order.files.iter().map(place).collect();
        if order.has_folder {
            named.push((order.root.clone(), PathBuf::from(FILE_NAME)));
        }
        Ok(Plan {
            folders: Vec::new(),
            files: Vec::new(),
            named,
            lock_files: &[],
            settings,
            tool: self.engine,
            version: answer(0),
            reason: None,
            shared: format!("{}\n{}\n{}", self.engine, order.root.display(), order.entry),
            has_folder: order.has_folder,
        })
    }

    /// The agent's files: all that can be loaded of a folder, or a file and what
    /// it names.
    pub(super) fn order(&self, agent: &Agent) -> Result<BundleOrder, PlanError> {
        let no_entry = |path: &Path| PlanError::NoEntry {
            path: path.to_owned(),
        };
        let AgentKind::Source { entry, language } = &agent.kind else {
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
        let mut files = match has_folder {
            true => self.folder(agent)?,
            false => self.reachable(root, &name),
        };
        if !files.contains(&name) {
            files.push(name.clone());
            files.sort();
        }
        files::check_size(root, &files)?;
        Ok(BundleOrder {
            root: root.clone(),
            entry: name,
            files,
            has_folder,
        })
    }

    fn folder(&self, agent: &Agent) -> Result<Vec<String>, PlanError> {
        let mut left_out = excluded(agent, self.language)?;
        // What is granted is read when the agent runs, and may be large.
        let grants = agent.manifest.permissions().dirs;
        left_out.extend(grants.into_iter().map(|grant| grant.host));
        left_out.retain(|path| *path != agent.root);
        let all = files::of(&agent.root, &left_out);
        let mut all = all.map_err(|(path, error)| PlanError::Project {
            path,
            reason: error.to_string(),
        })?;
        all.retain(|name| self.can_be_loaded(name));
        Ok(all)
    }

    /// `entry`, and the files that it and these name, as far as they are there.
    fn reachable(&self, root: &Path, entry: &str) -> Vec<String> {
        let mut found = BTreeSet::from([entry.to_owned()]);
        let mut waiting = vec![entry.to_owned()];
        while let Some(from) = waiting.pop() {
            let path = root.join(&from);
            let short = fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= LONGEST);
            let Some(text) = short.then(|| fs::read_to_string(path).ok()).flatten() else {
                continue;
            };
            for name in (self.names)(&text) {
                for path in candidates(&from, name) {
                    if self.can_be_loaded(&path)
                        && root.join(&path).is_file()
                        && found.insert(path.clone())
                    {
                        waiting.push(path);
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    fn can_be_loaded(&self, name: &str) -> bool {
        let extension = Path::new(name).extension().and_then(|it| it.to_str());
        extension.is_some_and(|extension| self.endings.contains(&extension))
    }

    /// The nearest folder with an `agent.toml` that is not of another language,
    /// within the repository.
    pub(super) fn project(&self, file: &Path, owns: &dyn Fn(&Manifest) -> bool) -> Option<PathBuf> {
        let mut folders = Vec::new();
        for folder in file.parent()?.ancestors() {
            folders.push(folder);
            if folder.join(".git").exists() {
                break;
            }
        }
        let nearest = folders
            .into_iter()
            .find(|folder| folder.join(FILE_NAME).is_file())?;
        // A manifest that cannot be read is an error of the agent that has it.
        let is_ours = Manifest::read(nearest).map_or(true, |manifest| owns(&manifest));
        is_ours.then(|| nearest.to_owned())
    }
}

/// Whether an agent with this manifest is in one of `languages`, or begins with a
/// file that ends in one of `endings`, as far as it says.
pub(super) fn owns(manifest: &Manifest, languages: &[&str], endings: &[&str]) -> bool {
    match (&manifest.language, &manifest.entry) {
        (Some(language), _) => languages.contains(&language.value.as_str()),
        (None, Some(entry)) => {
            let extension = Path::new(&entry.value).extension();
            let extension = extension.and_then(|extension| extension.to_str());
            extension.is_some_and(|extension| endings.contains(&extension))
        }
        (None, None) => true,
    }
}

/// What the manifest's `[build]` leaves out, which is all that it can say.
fn excluded(agent: &Agent, language: &'static str) -> Result<Vec<PathBuf>, PlanError> {
    let mut excluded = Vec::new();
    for (key, setting) in &agent.manifest.build {
        let error = |problem: String, help: String| {
            PlanError::setting(&agent.manifest, setting, problem, help)
        };
        match (key.as_str(), &setting.value) {
            ("exclude", Setting::List(paths)) => {
                excluded.extend(paths.iter().map(|path| agent.root.join(path)));
            }
            ("exclude", _) => {
                return Err(error(
                    "`build.exclude` has to be a list of strings".to_owned(),
                    "write a list of files and folders, such as `[\"tests\"]`".to_owned(),
                ));
            }
            _ => {
                let keys = ["exclude"];
                let help = match near_miss(key, keys) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("an agent in {language} has: {}", list(keys)),
                };
                return Err(error(format!("unknown key: `build.{key}`"), help));
            }
        }
    }
    Ok(excluded)
}
