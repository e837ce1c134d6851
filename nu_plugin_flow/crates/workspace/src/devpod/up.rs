//! Bringing up what belongs to a workspace's folder, and cleaning up what failed.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::store::{Level, Record};
use crate::workspace::WorkspaceId;
use flow_process::Outcome;

use super::DevpodProvider;
use super::client::{Invocation, UP};
use super::error::DevpodError;
use super::report;

/// Time to delete one.
const DELETE: Duration = Duration::from_secs(120);
/// Time for cleaning up after a failure, when the user may be waiting for the prompt.
const CLEAN: Duration = Duration::from_secs(30);
/// Lines of a log that are kept.
const KEPT: usize = 2000;

impl DevpodProvider {
    /// Makes the workspace's container, or starts the one that is there. A set-up that was finished
    /// and whose end got lost is tried once more: the second try finds it finished.
    pub(super) fn up(&self, record: &Record, call: &Call<'_>) -> Result<(), WorkspaceError> {
        let id = record.id();
        let mut outcome = self.try_up(record, call)?;
        if !outcome.success() && report::lost_its_end(&outcome) {
            self.store.note(
                id,
                Level::Warning,
                "`devpod up` lost its end: it is tried once more",
            );
            outcome = self.try_up(record, call)?;
        }
        if outcome.success() {
            return Ok(());
        }
        let (reason, log) = report::reason(&outcome);
        let reason = self.client.clean(&reason);
        self.store.note(id, Level::Error, &reason);
        let log = log.iter().map(|line| self.client.clean(line)).collect();
        Err(DevpodError::Up {
            id: id.to_string(),
            help: advice(&reason, id),
            reason,
            log,
        }
        .into())
    }

    fn try_up(&self, record: &Record, call: &Call<'_>) -> Result<Outcome, WorkspaceError> {
        let id = record.id();
        let source = self.store.source(id);
        let mut arguments = vec![
            source.display().to_string(),
            "--id".to_owned(),
            id.to_string(),
            "--ide".to_owned(),
            "none".to_owned(),
            "--open-ide=false".to_owned(),
            // In a file of our own: without it, DevPod writes the user's, and deleting a workspace
            // does so even where `up` was told not to.
            "--ssh-config".to_owned(),
            self.ssh_config(id).display().to_string(),
            "--log-output".to_owned(),
            "json".to_owned(),
        ];
        if let Some(devcontainer) = &record.devcontainer {
            arguments.extend(["--devcontainer-path".to_owned(), devcontainer.clone()]);
        }
        let invocation = Invocation::new("up", arguments, UP, call);
        let outcome = self.client.run(invocation, &mut |_| {})?;
        let lines = report::log(&outcome.stdout);
        for line in lines.iter().rev().take(KEPT).rev() {
            let level = match line.level.as_str() {
                "error" | "fatal" => Level::Error,
                "warning" | "warn" => Level::Warning,
                _ => Level::Info,
            };
            self.store
                .note(id, level, &self.client.clean(line.message.trim()));
        }
        Ok(outcome)
    }

    /// Takes back what a failed or cancelled `up` left. What cannot be taken back now, the next call
    /// finds by its record.
    pub(super) fn undo(&self, record: &Record) {
        let never = AtomicBool::new(false);
        let call = Call::new(&never, Some(CLEAN));
        let id = record.id();
        if self.delete_container(id, &call).is_ok()
            // Somebody may have begun to work in it, where it was made by an earlier call.
            && self.store.refuse_changes(id, record, &call).is_ok()
        {
            let _ = self.store.discard(id);
        }
    }

    /// Deletes DevPod's part of the workspace, and makes sure that it is gone.
    pub(super) fn delete_container(
        &self,
        id: &WorkspaceId,
        call: &Call<'_>,
    ) -> Result<(), WorkspaceError> {
        let Some(listed) = self.listed(id, call)? else {
            return Ok(());
        };
        let arguments = [id.as_str(), "--force", "--ignore-not-found"];
        let mut invocation = Invocation::new("delete", arguments, DELETE, call);
        if listed.is_none_or(|listed| listed.ssh_config.is_none()) {
            invocation.environment = self.private_home(self.store.root())?;
        }
        self.client.demand(invocation)?;
        match self.listed(id, call)? {
            None => crate::store::remove(&self.ssh_config(id)),
            Some(_) => Err(DevpodError::NotDeleted { id: id.to_string() }.into()),
        }
    }

    /// A home in which DevPod may rewrite `.ssh/config`, which it does for a workspace that names no
    /// other file or cannot be read.
    fn private_home(&self, root: &Path) -> Result<Vec<(String, String)>, WorkspaceError> {
        let home = root.join(".devpod").join(".home");
        crate::store::create_private(&home)?;
        let mut variables = vec![("HOME".to_owned(), home.display().to_string())];
        if let Some(own) = self.client.variable("HOME") {
            for (name, below) in [("DEVPOD_HOME", ".devpod"), ("DOCKER_CONFIG", ".docker")] {
                if self.client.variable(name).is_none() {
                    let path = Path::new(own).join(below);
                    variables.push((name.to_owned(), path.display().to_string()));
                }
            }
        }
        Ok(variables)
    }
}

/// What to do about a failed `up`.
fn advice(reason: &str, id: &WorkspaceId) -> String {
    if report::is_about_docker(reason) {
        return "start Docker, or tell DevPod where it is: `devpod provider set-options docker -o DOCKER_HOST=…`; or use `--provider local`".to_owned();
    }
    if report::is_about_provider(reason) {
        return "add a provider: `devpod provider add docker`".to_owned();
    }
    if reason.contains("unknown flag") {
        return "use DevPod 0.6 or 0.7, and name it in `$env.FLOW_DEVPOD`".to_owned();
    }
    format!(
        "correct what failed, then run the same `flow provision` again; nothing of `{id}` is left"
    )
}
