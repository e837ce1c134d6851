//! Which files an agent is made of, for those who wait for one to change.

use std::{path::PathBuf, sync::atomic::AtomicBool};

use super::{attempt::read, configuration::Builder};
use crate::{
    agent::definition::{Agent, AgentKind},
    languages::{self, facts::Facts, language::Request},
};

impl Builder<'_> {
    /// The files that decide what the agent is, as far as that is known without
    /// building it: those of its plan, or what it begins with.
    pub fn inputs(&self, agent: &Agent) -> Vec<PathBuf> {
        let mut inputs = match &agent.kind {
            AgentKind::Wasm { path } => vec![path.clone()],
            AgentKind::Source { entry, language } => {
                let mut inputs = self.planned(agent, language).unwrap_or_default();
                inputs.push(entry.clone());
                inputs
            }
        };
        inputs.extend(agent.manifest.path.clone());
        inputs.sort();
        inputs.dedup();
        inputs
    }

    /// The inputs of the agent's plan; nothing where there is no plan.
    fn planned(&self, agent: &Agent, facts: &Facts) -> Option<Vec<PathBuf>> {
        let language = languages::of(facts);
        let answers = self.ask(agent, language, &AtomicBool::new(false));
        let answers = answers.ok()?;
        let request = Request {
            agent,
            target: self.target,
            answers: &answers.answers,
            attempts: &answers.attempts,
        };
        let plan = language.plan(&request).ok()?;
        let mut paths = read(&plan).ok()?.paths(&plan.folders);
        paths.extend(plan.files);
        paths.extend(plan.named.iter().map(|(folder, name)| folder.join(name)));
        Some(paths)
    }
}
