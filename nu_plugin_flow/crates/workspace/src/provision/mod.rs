//! Several workspaces of one language, side by side.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::origin::Origin;
use crate::provider::{Provider, Request, TemplateFile};
use crate::workspace::{State, Workspace, WorkspaceId};
use flow_process::{Command, Outcome, ProcessError};

/// Most workspaces of one order.
pub const MAXIMUM: usize = 100;

/// What to provision.
#[derive(Clone, Debug)]
pub struct Order {
    /// The language they are for: `rust`.
    pub language: String,
    /// The id of each (see [`numbered`]) and what its source folder contains at first.
    pub workspaces: Vec<(WorkspaceId, Vec<TemplateFile>)>,
    /// What each gets a copy of.
    pub from: Option<Arc<Origin>>,
    /// The devcontainer of each, where it is to be a container and has none of its own.
    pub devcontainer: Option<TemplateFile>,
    /// Name of the toolchain, for the table: `cargo`.
    pub toolchain: String,
    /// Program and arguments that print the toolchain's version inside: `["cargo", "--version"]`;
    /// empty where it is not in the workspace but in flow itself.
    pub probe: Vec<String>,
    /// Workspaces made at the same time; at least one.
    pub jobs: usize,
    /// Time for each workspace.
    pub timeout: Option<Duration>,
}

/// One workspace of an order: usable, or with the error that says why not.
#[derive(Debug)]
pub struct Provisioned {
    /// Name of the workspace.
    pub id: WorkspaceId,
    /// The order's language.
    pub language: String,
    /// Name of the provider.
    pub provider: &'static str,
    /// The workspace's state; failed where it could not be made.
    pub state: State,
    /// The workspace itself; `None` where it could not be made.
    pub workspace: Option<Workspace>,
    /// The order's toolchain.
    pub toolchain: String,
    /// As the toolchain inside prints it, without its name: `1.95.0`.
    pub version: Option<String>,
    /// Time of the first provisioning.
    pub created: Option<SystemTime>,
    /// Wall clock of this call.
    pub duration: Duration,
    /// Why the workspace or its toolchain cannot be used.
    pub error: Option<WorkspaceError>,
}

/// The ids `<name>-1` to `<name>-<count>`.
///
/// # Errors
/// `count` is not 1 to [`MAXIMUM`], or `name` is none for a workspace.
pub fn numbered(name: &str, count: usize) -> Result<Vec<WorkspaceId>, WorkspaceError> {
    if !(1..=MAXIMUM).contains(&count) {
        return Err(WorkspaceError::Count {
            count,
            maximum: MAXIMUM,
        });
    }
    (1..=count)
        .map(|number| format!("{name}-{number}").parse())
        .collect()
}

/// Provisions the order on `provider`; one row per workspace, in their order.
///
/// A workspace that exists already is returned as it is. The toolchain of each is tried inside. What
/// fails for one is the error of its row. `on_row` sees each row as soon as it is finished.
pub fn provision(
    provider: &dyn Provider,
    order: &Order,
    cancel: &AtomicBool,
    on_row: &(dyn Fn(&Provisioned) + Sync),
) -> Vec<Provisioned> {
    let workspaces = &order.workspaces;
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..order.jobs.max(1).min(workspaces.len()) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((id, files)) = workspaces.get(number) else {
                        return;
                    };
                    let row = provision_one(provider, order, id, files, cancel);
                    on_row(&row);
                    if let Ok(mut rows) = rows.lock() {
                        rows.push((number, row));
                    }
                }
            });
        }
    });
    let mut rows = rows
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn provision_one(
    provider: &dyn Provider,
    order: &Order,
    id: &WorkspaceId,
    files: &[TemplateFile],
    cancel: &AtomicBool,
) -> Provisioned {
    let started = Instant::now();
    let call = Call::new(cancel, order.timeout);
    let request = Request {
        id,
        language: &order.language,
        from: order.from.as_deref(),
        files,
        devcontainer: order.devcontainer.as_ref(),
    };
    let mut row = Provisioned {
        id: id.clone(),
        language: order.language.clone(),
        provider: provider.name(),
        state: State::Failed,
        workspace: None,
        toolchain: order.toolchain.clone(),
        version: None,
        created: None,
        duration: Duration::ZERO,
        error: None,
    };
    match provider.create(request, &call) {
        Ok(workspace) => {
            row.state = workspace.state;
            row.provider = workspace.provider;
            row.created = workspace.created;
            row.workspace = Some(workspace);
            match verify(provider, order, id, &call) {
                Ok(version) => {
                    row.version = version;
                    if !order.probe.is_empty() && row.state == State::Stopped {
                        // Trying the toolchain started it.
                        row.state = State::Running;
                    }
                }
                Err(error) => row.error = Some(error),
            }
        }
        Err(error) => row.error = Some(error),
    }
    row.duration = started.elapsed();
    row
}

/// Runs the order's probe inside the workspace; returns the version that it prints. Without a probe
/// there is nothing to try.
fn verify(
    provider: &dyn Provider,
    order: &Order,
    id: &WorkspaceId,
    call: &Call<'_>,
) -> Result<Option<String>, WorkspaceError> {
    let unusable = |reason: String| WorkspaceError::Toolchain {
        id: id.to_string(),
        toolchain: order.toolchain.clone(),
        reason,
    };
    let Some((program, arguments)) = order.probe.split_first() else {
        return Ok(None);
    };
    let mut command = Command::new(program, arguments.iter().cloned(), "");
    command.deadline = call.remaining();
    let outcome = match provider.exec(id, &command, call.cancel, &mut |_| {}) {
        Err(WorkspaceError::Process(error)) => {
            return Err(match error {
                ProcessError::Cancelled { .. } => WorkspaceError::Cancelled,
                ProcessError::Deadline { .. } => WorkspaceError::OutOfTime,
                error => unusable(error.to_string()),
            });
        }
        outcome => outcome?,
    };
    version(&outcome).map(Some).map_err(unusable)
}

/// The first word of the output that is a version, without a prefix such as `go` or `v`.
fn version(outcome: &Outcome) -> Result<String, String> {
    let text = String::from_utf8_lossy(&outcome.stdout);
    if !outcome.success() {
        let reason = String::from_utf8_lossy(&outcome.stderr);
        let reason = reason.lines().next().unwrap_or_default();
        return Err(format!(
            "its probe ended with status {}: {reason}",
            outcome.status
        ));
    }
    let words = text.split_whitespace();
    let numbers = words.map(|word| word.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    let mut versions = numbers.filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let version = versions.next().map(|word| word.trim_end_matches(','));
    version
        .map(str::to_owned)
        .ok_or_else(|| format!("its probe printed no version: {}", text.trim()))
}

#[cfg(test)]
mod tests;
