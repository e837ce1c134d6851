//! From an agent to its artifact.

use std::{
    fs,
    path::Path,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use flow_cache::Digest;

use super::{configuration::Builder, job::Job, progress::Progress};
use crate::{
    agent::definition::{Agent, AgentKind},
    artifact::{self, Artifact},
    bundle::{self, Bundle},
    component,
    error::BuildError,
    languages::{
        self,
        facts::{self, Facts},
        language::{Language, Request},
    },
    manifest::Grant,
    parallel,
    plan_error::PlanError,
    scaffold,
};

/// How often a build begins anew because the sources changed under it.
const ATTEMPTS: usize = 3;

/// Builds agents side by side, each with its own builder, at most one for each core; the results are
/// in the order of `jobs`, and one that fails stops no other.
pub fn build_all(
    jobs: &[(Builder<'_>, &Agent)],
    cancel: &AtomicBool,
    progress: &dyn Progress,
) -> Vec<Result<Artifact, BuildError>> {
    parallel::map(jobs, |(builder, agent)| {
        builder.build(agent, cancel, progress)
    })
}

impl Builder<'_> {
    /// Builds one agent, or finds what was built of the same sources before.
    ///
    /// # Errors
    /// A tool is missing or fails, the source does not compile, the result is
    /// no agent, or `cancel` became true. Nothing half-written is left.
    pub fn build(
        &self,
        agent: &Agent,
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Result<Artifact, BuildError> {
        progress.started(&agent.name);
        let started = Instant::now();
        let result = match &agent.kind {
            AgentKind::Wasm { path } => self.ready(agent, path, cancel, progress),
            AgentKind::Source { language, .. } => {
                self.build_source(agent, languages::of(language), cancel, progress)
            }
        };
        let result = result.map(|artifact| Artifact {
            duration: started.elapsed(),
            ..artifact
        });
        progress.finished(&agent.name, &result);
        result
    }

    /// Builds agents side by side (see [`build_all`]).
    pub fn build_all(
        &self,
        agents: &[Agent],
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Vec<Result<Artifact, BuildError>> {
        parallel::map(agents, |agent| self.build(agent, cancel, progress))
    }

    fn build_source(
        &self,
        agent: &Agent,
        language: &'static dyn Language,
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Result<Artifact, BuildError> {
        scaffold::refresh_sdk(language, &agent.root)?;
        check_network(language.facts(), agent)?;
        let answers = self.ask(agent, language, cancel)?;
        let request = Request {
            agent,
            target: self.target,
            answers: &answers.answers,
            attempts: &answers.attempts,
        };
        let job = Job {
            agent,
            language,
            request,
            progress,
            cancel,
        };
        for _ in 0..ATTEMPTS {
            let plan = language.plan(&request)?;
            if let Some(reason) = &plan.reason {
                let line = format!("{} {}: {reason}", plan.tool, plan.version);
                progress.line(&agent.name, &line);
            }
            if let Some((parts, cached, warnings)) = self.attempt(&job, &plan)? {
                if cached {
                    self.restore(agent, &parts, cancel, progress)?;
                }
                let (size, digest) = artifact::sum(&parts);
                return Ok(Artifact {
                    agent: agent.name.clone(),
                    language: language.facts().name(),
                    path: self.publish(agent, &plan, &parts)?,
                    size,
                    digest,
                    tool: Some(plan.tool),
                    version: Some(plan.version),
                    reason: plan.reason,
                    cached,
                    duration: Duration::ZERO,
                    warnings,
                });
            }
        }
        Err(BuildError::SourcesChanged {
            agent: agent.name.clone(),
        })
    }

    /// An agent that came as `.wasm` or as a bundle: there is nothing to build.
    fn ready(
        &self,
        agent: &Agent,
        path: &Path,
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Result<Artifact, BuildError> {
        let is_bundle = path
            .extension()
            .is_some_and(|extension| extension == bundle::EXTENSION);
        let mut language = "wasm";
        if is_bundle {
            let bundle = Bundle::read(path)?;
            self.bundler(agent, cancel, progress).restore(&bundle)?;
            language = facts::named(&bundle.language).map_or(language, Facts::name);
        } else {
            component::check(path)?;
        }
        let failed = |source| BuildError::io("read", path, source);
        Ok(Artifact {
            agent: agent.name.clone(),
            language,
            path: path.to_owned(),
            size: fs::metadata(path).map_err(failed)?.len(),
            digest: Digest::of_file(path).map_err(failed)?,
            tool: None,
            version: None,
            reason: None,
            cached: true,
            duration: Duration::ZERO,
            warnings: Vec::new(),
        })
    }
}

/// Whether the agent asks for no network that its language has not.
fn check_network(facts: &Facts, agent: &Agent) -> Result<(), PlanError> {
    let manifest = &agent.manifest;
    let mut grants = manifest.grants.iter();
    let net = grants.find(|grant| matches!(grant.value, Grant::Net(_)));
    match net.filter(|_| !facts.has_network()) {
        Some(grant) => Err(PlanError::network(manifest, grant, facts.name())),
        None => Ok(()),
    }
}
