//! What a builder builds with.

use std::sync::atomic::AtomicBool;

use flow_cache::Cache;
use flow_process::Executor;

use crate::{
    agent::definition::{Agent, AgentKind},
    error::BuildError,
    interpreter::Interpreter,
    languages::{
        facts::Facts,
        language::{Language, Target},
    },
    plan_error::PlanError,
    tools::{self, Answers},
};

/// Builds agents with the tools of one executor.
#[derive(Clone)]
pub struct Builder<'a> {
    pub(super) cache: Cache,
    pub(super) executor: &'a dyn Executor,
    pub(super) target: Target,
    interpreters: Vec<&'a dyn Interpreter>,
    pub(super) for_running: bool,
}

impl<'a> Builder<'a> {
    /// A builder for `target` that keeps what it makes in `cache`. It builds
    /// compiled languages; see [`Builder::with_interpreter`].
    pub fn new(cache: Cache, executor: &'a dyn Executor, target: Target) -> Builder<'a> {
        Builder {
            cache,
            executor,
            target,
            interpreters: Vec::new(),
            for_running: false,
        }
    }

    /// Builds agents too whose sources `interpreter` reads.
    pub fn with_interpreter(mut self, interpreter: &'a dyn Interpreter) -> Builder<'a> {
        self.interpreters.push(interpreter);
        self
    }

    /// Builds what runs here at once: a bundle, also where an interpreter would
    /// make a component of it.
    pub fn for_running(self) -> Builder<'a> {
        Builder {
            for_running: true,
            ..self
        }
    }

    /// The interpreter that runs agents in `language`.
    pub(super) fn interpreter(
        &self,
        language: &dyn Language,
    ) -> Result<&'a dyn Interpreter, BuildError> {
        self.find_interpreter(language.facts()).ok_or_else(|| {
            let tool = format!("an interpreter for {}", language.facts().name());
            let install = language.install(&tool);
            PlanError::MissingTool { tool, install }.into()
        })
    }

    fn find_interpreter(&self, facts: &Facts) -> Option<&'a dyn Interpreter> {
        let mut known = self.interpreters.iter().copied();
        known.find(|interpreter| facts.interpreter == Some(interpreter.name()))
    }

    /// Whether `flow build` leaves a component where a run has a bundle.
    pub(super) fn makes_component(&self, agent: &Agent) -> bool {
        match &agent.kind {
            AgentKind::Source { language, .. } => self
                .find_interpreter(language)
                .is_some_and(Interpreter::makes_components),
            AgentKind::Wasm { .. } => false,
        }
    }

    /// What the language's tools answer, or its interpreter.
    pub(super) fn ask(
        &self,
        agent: &Agent,
        language: &dyn Language,
        cancel: &AtomicBool,
    ) -> Result<Answers, BuildError> {
        if language.facts().is_interpreted() {
            let version = self.interpreter(language)?.version()?;
            return Ok(Answers {
                answers: vec![version.text, version.key],
                ..Answers::default()
            });
        }
        let (cache, executor, target) = (&self.cache, self.executor, self.target);
        tools::ask(cache, executor, language, agent, target, cancel)
    }
}
