//! Carries out plans: once for each state of the sources, side by side for
//! several agents.

mod inputs;
mod ready;

use std::{
    fs,
    path::PathBuf,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use flow_cache::{Cache, Digest};
use flow_workspace::{Command, Executor, TemplateFile};

use crate::{
    agent::{Agent, AgentKind},
    artifact::{self, Artifact, Part},
    component,
    diagnostics::{Level, Message},
    error::{BuildError, CompileError},
    interpreter::Interpreter,
    languages::{self, Language, Output, Plan, Request, Target},
    output::COMPONENT,
    plan_error::PlanError,
    scaffold,
    scratch::Scratch,
    side_by_side::build_all,
    sources::Sources,
    tools::{self, Answers},
};

/// How often a build begins anew because the sources changed under it.
const ATTEMPTS: usize = 3;

/// Hears how builds get on; called from several threads.
pub trait Progress: Sync {
    /// The build of an agent begins.
    fn started(&self, agent: &str) {
        let _ = agent;
    }
    /// A tool said something.
    fn line(&self, agent: &str, line: &str) {
        let _ = (agent, line);
    }
    /// The build of an agent is over.
    fn finished(&self, agent: &str, result: &Result<Artifact, BuildError>) {
        let _ = (agent, result);
    }
}

/// Nobody listens.
impl Progress for () {}

/// Builds agents with the tools of one executor.
#[derive(Clone)]
pub struct Builder<'a> {
    cache: Cache,
    executor: &'a dyn Executor,
    target: Target,
    interpreters: Vec<&'a dyn Interpreter>,
    for_running: bool,
}

/// One build: what does not change from one attempt to the next.
struct Job<'a> {
    agent: &'a Agent,
    language: &'static dyn Language,
    request: Request<'a>,
    progress: &'a dyn Progress,
    cancel: &'a AtomicBool,
}

/// The outcome of one attempt; nothing where the sources changed under it.
type Attempt = Option<(Vec<Part>, bool, Vec<Message>)>;

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
                self.build_source(agent, *language, cancel, progress)
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
        let jobs: Vec<_> = agents.iter().map(|agent| (self.clone(), agent)).collect();
        build_all(&jobs, cancel, progress)
    }

    fn build_source(
        &self,
        agent: &Agent,
        language: &'static dyn Language,
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Result<Artifact, BuildError> {
        scaffold::refresh_sdk(language, &agent.root)?;
        languages::check_network(language, agent)?;
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
                    language: language.name(),
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

    /// What the language's tools answer, or its interpreter.
    fn ask(
        &self,
        agent: &Agent,
        language: &'static dyn Language,
        cancel: &AtomicBool,
    ) -> Result<Answers, BuildError> {
        if language.is_interpreted() {
            let version = self.interpreter(language)?.version()?;
            return Ok(Answers {
                answers: vec![version.text, version.key],
                ..Answers::default()
            });
        }
        let (cache, executor, target) = (&self.cache, self.executor, self.target);
        tools::ask(cache, executor, language, agent, target, cancel)
    }

    fn attempt(&self, job: &Job<'_>, plan: &Plan) -> Result<Attempt, BuildError> {
        let before = read(plan)?;
        if let Some(parts) = artifact::load(&self.cache, &self.key(job, plan, &before))? {
            return Ok(Some((parts, true, Vec::new())));
        }
        let shared = match self.executor.is_here() {
            true => plan.shared.clone(),
            false => format!("{}\n{}", plan.shared, self.executor.place()),
        };
        let Some(scratch) = Scratch::acquire(&self.cache, &shared, job.cancel)? else {
            return Err(BuildError::Cancelled {
                agent: job.agent.name.clone(),
            });
        };
        // Whoever held the folder before may have built just this.
        if let Some(parts) = artifact::load(&self.cache, &self.key(job, plan, &before))? {
            return Ok(Some((parts, true, Vec::new())));
        }
        let steps = job
            .language
            .steps(&job.request, &self.executor.scratch(&scratch.path))?;
        let sources = before.paths(&plan.folders);
        self.executor
            .prepare(&sources, &steps.stale, job.cancel)
            .map_err(|error| tools::process_error(error, job.language, job.agent))?;
        write(&steps.files)?;
        let mut messages = Vec::new();
        for command in &steps.commands {
            messages.extend(self.step(job, command)?);
        }
        let files = match &steps.output {
            Output::Bundle(order) => {
                vec![self.bundle(job, order, &scratch.path)?]
            }
            output => self.outputs(job, output, &scratch)?,
        };
        if let (Output::Module(_), [(_, path)]) = (&steps.output, files.as_slice()) {
            component::make(path)?;
        }
        if let [(name, path)] = files.as_slice()
            && name == COMPONENT
        {
            component::check(path)?;
        }
        // The tool may have written its lock file, which is a source too; had
        // the author changed one, nobody knows which state was built.
        let after = read(plan)?;
        if !before.same_but(&after, plan.lock_files) {
            return Ok(None);
        }
        let parts = artifact::save(&self.cache, &self.key(job, plan, &after), files)?;
        Ok(Some((parts, false, messages)))
    }

    /// Runs one program; its errors end the build, its warnings are returned.
    fn step(&self, job: &Job<'_>, command: &Command) -> Result<Vec<Message>, BuildError> {
        let agent = job.agent;
        let mut on_line = |line: &str| job.progress.line(&agent.name, line);
        let outcome = self.executor.run(command, job.cancel, &mut on_line);
        let outcome = outcome.map_err(|error| tools::process_error(error, job.language, agent))?;
        let messages =
            job.language
                .messages(&outcome, &self.executor.inside(&agent.root), &agent.root);
        if outcome.success() {
            return Ok(messages);
        }
        if messages.iter().any(|message| message.level == Level::Error) {
            return Err(BuildError::Compile(Box::new(CompileError::new(
                &agent.name,
                &agent.root,
                messages,
            ))));
        }
        Err(BuildError::ToolFailed {
            agent: agent.name.clone(),
            tool: command.program.clone(),
            status: outcome.status,
            command: tools::shell_text(command),
            stderr: String::from_utf8_lossy(&outcome.stderr).into_owned(),
        })
    }

    /// The names and places of what the tools left; what they left elsewhere is brought here.
    fn outputs(
        &self,
        job: &Job<'_>,
        output: &Output,
        scratch: &Scratch,
    ) -> Result<Vec<(String, PathBuf)>, BuildError> {
        let failed = |error| tools::process_error(error, job.language, job.agent);
        let left: Vec<(String, PathBuf)> = match output {
            Output::File(path) | Output::Module(path) => vec![(COMPONENT.to_owned(), path.clone())],
            Output::Folder(folder) => {
                let names = self.executor.files_in(folder, job.cancel).map_err(failed)?;
                let names = names.into_iter();
                names
                    .map(|name| (name.clone(), folder.join(name)))
                    .collect()
            }
            // Made here, by no tool.
            Output::Bundle(_) => return Ok(Vec::new()),
        };
        if self.executor.is_here() {
            return Ok(left);
        }
        let fetched = scratch.path.join("fetched");
        fs::create_dir_all(&fetched).map_err(|source| BuildError::Io {
            action: "create",
            path: fetched.clone(),
            source,
        })?;
        let mut here = Vec::with_capacity(left.len());
        for (name, from) in left {
            let to = fetched.join(&name);
            self.executor
                .copy_out(&from, &to, job.cancel)
                .map_err(failed)?;
            here.push((name, to));
        }
        Ok(here)
    }

    fn key(&self, job: &Job<'_>, plan: &Plan, sources: &Sources) -> Digest {
        let mut parts = vec![job.language.name(), self.target.as_str()];
        if !self.executor.is_here() {
            // Variables of this machine are part of the key and do not reach those tools.
            parts.push("inside a workspace");
        }
        if self.for_running && self.makes_component(job.agent) {
            parts.push("for running");
        }
        parts.extend(
            plan.settings
                .iter()
                .flat_map(|(name, value)| [name.as_str(), value.as_str()]),
        );
        sources.key(&parts)
    }

    fn interpreter(&self, language: &dyn Language) -> Result<&'a dyn Interpreter, BuildError> {
        let wanted = language.interpreter();
        let mut known = self.interpreters.iter().copied();
        let found = known.find(|interpreter| wanted == Some(interpreter.name()));
        found.ok_or_else(|| {
            let tool = format!("an interpreter for {}", language.name());
            let install = language.install(&tool);
            PlanError::MissingTool { tool, install }.into()
        })
    }
}

/// Writes the files of a plan's steps, and the folders that they are in.
fn write(files: &[TemplateFile]) -> Result<(), BuildError> {
    for (path, contents) in files {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::write(path, contents))
            .map_err(|source| BuildError::Io {
                action: "write",
                path: path.clone(),
                source,
            })?;
    }
    Ok(())
}

fn read(plan: &Plan) -> Result<Sources, BuildError> {
    Sources::read(&plan.folders, &plan.files, &plan.named).map_err(|(path, source)| {
        BuildError::Io {
            action: "read",
            path,
            source,
        }
    })
}
