//! Carries out plans: once for each state of the sources, side by side for
//! several agents.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use flow_cache::{Cache, Digest};
use flow_workspace::{Command, Executor};

use crate::{
    agent::{Agent, AgentKind},
    artifact::{self, Artifact, Part},
    component,
    diagnostics::{Level, Message},
    error::{BuildError, CompileError},
    languages::{Language, Output, Plan, Request, Target},
    scaffold,
    scratch::Scratch,
    side_by_side::build_all,
    sources::Sources,
    tools,
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
    /// A builder for `target` that keeps what it makes in `cache`.
    pub fn new(cache: Cache, executor: &'a dyn Executor, target: Target) -> Builder<'a> {
        Builder {
            cache,
            executor,
            target,
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
            AgentKind::Wasm { path } => ready(agent, path),
            AgentKind::Script { path } => Err(BuildError::NotAnAgent {
                path: path.clone(),
                reason: "a single file of Python runs as it is".to_owned(),
                help: format!("run it: `flow run {}`", path.display()),
            }),
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
        let answers = tools::ask(
            &self.cache,
            self.executor,
            language,
            agent,
            self.target,
            cancel,
        )?;
        let request = Request {
            agent,
            target: self.target,
            answers: &answers,
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
            if let Some((parts, cached, warnings)) = self.attempt(&job, &plan)? {
                let (size, digest) = artifact::sum(&parts);
                return Ok(Artifact {
                    agent: agent.name.clone(),
                    language: language.name(),
                    path: self.publish(agent, &parts)?,
                    size,
                    digest,
                    tool: Some(plan.tool),
                    version: Some(plan.version),
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
        let mut messages = Vec::new();
        for command in &steps.commands {
            messages.extend(self.step(job, command)?);
        }
        let files = self.outputs(job, &steps.output, &scratch)?;
        if let (Output::File(_), [(_, path)]) = (&steps.output, files.as_slice()) {
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
        let messages = job
            .language
            .messages(&outcome.stdout, &self.executor.inside(&agent.root));
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
            Output::File(path) => vec![("agent.wasm".to_owned(), path.clone())],
            Output::Folder(folder) => {
                let names = self.executor.files_in(folder, job.cancel).map_err(failed)?;
                let names = names.into_iter();
                names
                    .map(|name| (name.clone(), folder.join(name)))
                    .collect()
            }
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
        parts.extend(
            plan.settings
                .iter()
                .flat_map(|(name, value)| [name.as_str(), value.as_str()]),
        );
        sources.key(&parts)
    }

    /// Copies the parts to where users find them. A component also runs from
    /// the cache, where the agent's folder cannot be written.
    fn publish(&self, agent: &Agent, parts: &[Part]) -> Result<PathBuf, BuildError> {
        let place = agent.root.join(".flow").join("build");
        let failed = |source| BuildError::Io {
            action: "write",
            path: place.clone(),
            source,
        };
        let name = file_name(&agent.name);
        if let (Target::Component, [part]) = (self.target, parts) {
            let path = place.join(format!("{name}.wasm"));
            let published =
                artifact::own_folder(&agent.root).and_then(|_| artifact::publish(part, &path));
            return match published {
                Ok(()) => Ok(path),
                Err(error) if is_read_only(&error) => Ok(part.entry.path.clone()),
                Err(error) => Err(failed(error)),
            };
        }
        let folder = artifact::own_folder(&agent.root)
            .map_err(failed)?
            .join(format!("{name}-web"));
        fs::create_dir_all(&folder).map_err(failed)?;
        for part in parts {
            artifact::publish(part, &folder.join(&part.name)).map_err(failed)?;
        }
        Ok(folder)
    }
}

/// An agent that came as `.wasm`: there is nothing to build.
fn ready(agent: &Agent, path: &Path) -> Result<Artifact, BuildError> {
    component::check(path)?;
    let failed = |source| BuildError::Io {
        action: "read",
        path: path.to_owned(),
        source,
    };
    Ok(Artifact {
        agent: agent.name.clone(),
        language: "wasm",
        path: path.to_owned(),
        size: fs::metadata(path).map_err(failed)?.len(),
        digest: Digest::of_file(path).map_err(failed)?,
        tool: None,
        version: None,
        cached: true,
        duration: Duration::ZERO,
        warnings: Vec::new(),
    })
}

fn read(plan: &Plan) -> Result<Sources, BuildError> {
    Sources::read(&plan.folders, &plan.files).map_err(|(path, source)| BuildError::Io {
        action: "read",
        path,
        source,
    })
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// An agent's name as a file name: manifests may contain any text.
fn file_name(agent: &str) -> String {
    let plain = |letter: char| {
        if letter.is_alphanumeric() || "-_".contains(letter) {
            letter
        } else {
            '-'
        }
    };
    agent.chars().map(plain).collect()
}
