//! One attempt to carry out a plan.

use std::{fs, path::PathBuf};

use flow_cache::Digest;
use flow_process::Command;

use super::{configuration::Builder, job::Job};
use crate::{
    artifact::{self, Part},
    component,
    diagnostics::{Level, Message},
    error::{BuildError, CompileError},
    languages::language::{Output, Plan},
    output::COMPONENT,
    scratch::Scratch,
    sources::Sources,
    template_file::TemplateFile,
    tools,
};

/// The parts that were built, whether they were found in the cache, and the
/// compiler's warnings; nothing where the sources changed meanwhile.
type Attempt = Option<(Vec<Part>, bool, Vec<Message>)>;

impl Builder<'_> {
    /// Builds what `plan` says, or finds it in the cache.
    pub(super) fn attempt(&self, job: &Job<'_>, plan: &Plan) -> Result<Attempt, BuildError> {
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
            return Err(CompileError::new(&agent.name, &agent.root, messages).into());
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
        fs::create_dir_all(&fetched)
            .map_err(|source| BuildError::io("create", &fetched, source))?;
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
        let mut parts = vec![job.language.facts().name(), self.target.as_str()];
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
}

/// Writes the files of a plan's steps, and the folders that they are in.
fn write(files: &[TemplateFile]) -> Result<(), BuildError> {
    for (path, contents) in files {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::write(path, contents))
            .map_err(|source| BuildError::io("write", path, source))?;
    }
    Ok(())
}

/// The sources of a plan as they are now.
pub(super) fn read(plan: &Plan) -> Result<Sources, BuildError> {
    Sources::read(&plan.folders, &plan.files, &plan.named)
        .map_err(|(path, source)| BuildError::io("read", &path, source))
}
