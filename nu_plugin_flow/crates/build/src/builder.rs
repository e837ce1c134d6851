//! Carries out plans: once for each state of the sources, side by side for
//! several agents.

use std::{
    fs, io,
    num::NonZero,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
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

    /// Builds agents side by side, at most one for each core; the results are
    /// in the order of `agents`, and one that fails stops no other.
    pub fn build_all(
        &self,
        agents: &[Agent],
        cancel: &AtomicBool,
        progress: &dyn Progress,
    ) -> Vec<Result<Artifact, BuildError>> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(agents.len()));
        thread::scope(|scope| {
            for _ in 0..cores.min(agents.len()) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(agent) = agents.get(number) else {
                            return;
                        };
                        let result = self.build(agent, cancel, progress);
                        results
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push((number, result));
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(number, _)| *number);
        results.into_iter().map(|(_, result)| result).collect()
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
        let Some(scratch) = Scratch::acquire(&self.cache, &plan.shared, job.cancel)? else {
            return Err(BuildError::Cancelled {
                agent: job.agent.name.clone(),
            });
        };
        // Whoever held the folder before may have built just this.
        if let Some(parts) = artifact::load(&self.cache, &self.key(job, plan, &before))? {
            return Ok(Some((parts, true, Vec::new())));
        }
        let steps = job.language.steps(&job.request, &scratch.path)?;
        for stale in &steps.stale {
            remove(stale).map_err(|source| BuildError::Io {
                action: "remove",
                path: stale.clone(),
                source,
            })?;
        }
        let mut messages = Vec::new();
        for command in &steps.commands {
            messages.extend(self.step(job, command)?);
        }
        let files = outputs(&steps.output)?;
        if let Output::File(path) = &steps.output {
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
        let messages = job.language.messages(&outcome.stdout, &agent.root);
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

    fn key(&self, job: &Job<'_>, plan: &Plan, sources: &Sources) -> Digest {
        let mut parts = vec![job.language.name(), self.target.as_str()];
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

/// The names and places of what the tools left.
fn outputs(output: &Output) -> Result<Vec<(String, PathBuf)>, BuildError> {
    let folder = match output {
        Output::File(path) => return Ok(vec![("agent.wasm".to_owned(), path.clone())]),
        Output::Folder(folder) => folder,
    };
    let failed = |source| BuildError::Io {
        action: "read",
        path: folder.clone(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !name.starts_with('.') {
            files.push((name, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

fn remove(path: &Path) -> io::Result<()> {
    let result = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
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
