//! Agents whose sources an engine loads as modules: what is the same for each of
//! their languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{
    build_table,
    facts::Facts,
    files,
    language::{BundleOrder, Plan, Request},
};
use crate::{
    agent::definition::Agent, engine::modules::candidates, manifest::FILE_NAME,
    plan_error::PlanError,
};

/// Bytes of a source beyond which it is not looked through for names of others.
const LONGEST: u64 = 4 << 20;

/// How sources of a language find each other.
pub(super) struct Modules {
    pub facts: &'static Facts,
    /// What in a source may be the name of another one; more than there are is no harm.
    pub names: fn(&str) -> Vec<&str>,
}

impl Modules {
    /// What the bundle of an agent depends on.
    pub(super) fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        request.component_only(self.facts)?;
        let agent = request.agent;
        let order = self.order(agent)?;
        let engine = self.facts.interpreter.unwrap_or(self.facts.name());
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
            tool: engine,
            version: answer(0),
            reason: None,
            shared: format!("{engine}\n{}\n{}", order.root.display(), order.entry),
            has_folder: order.has_folder,
        })
    }

    /// The agent's files: all that can be loaded of a folder, or a file and what
    /// it names.
    pub(super) fn order(&self, agent: &Agent) -> Result<BundleOrder, PlanError> {
        files::order(
            agent,
            || self.folder(agent),
            |entry| self.reachable(&agent.root, entry),
        )
    }

    fn folder(&self, agent: &Agent) -> Result<Vec<String>, PlanError> {
        let owner = format!("an agent in {}", self.facts.name());
        let mut excluded: &[String] = &[];
        for key in build_table::keys(agent, &owner, &["exclude"]) {
            excluded = key?.list(build_table::EXCLUDE)?;
        }
        let mut files = files::in_folder(agent, excluded)?;
        files.retain(|name| self.facts.is_module(Path::new(name)));
        Ok(files)
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
                    if self.facts.is_module(Path::new(&path))
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
}
