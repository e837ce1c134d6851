//! The truth about workspaces: flow's record beside what DevPod says, as both are now.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::store::{DEVPOD, Record};
use crate::workspace::{State, Workspace, WorkspaceId};

use super::DevpodProvider;
use super::client::Invocation;
use super::error::DevpodError;
use super::report::{self, Listed, Status};

/// Time for `devpod list` and `devpod status`.
const ASK: Duration = Duration::from_secs(60);
/// The same, where nothing that flow knows of depends on the answer.
const GLANCE: Duration = Duration::from_secs(5);
/// How often a listing is read again that somebody was just writing.
const ATTEMPTS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(100);
/// States asked for at the same time.
const JOBS: usize = 4;

/// All that DevPod lists by id; nothing for one that it cannot read.
pub(super) type Listing = BTreeMap<String, Option<Listed>>;

impl DevpodProvider {
    /// What DevPod lists. While others are being made, it leaves some out that it cannot read yet:
    /// then it is asked again.
    pub(super) fn listing(&self, call: &Call<'_>) -> Result<Listing, WorkspaceError> {
        let mut attempt = 1;
        loop {
            call.check()?;
            let invocation = Invocation::new("list", ["--output", "json"], ASK, call);
            let outcome = self.client.demand(invocation)?;
            let parsed: Result<Vec<Listed>, _> = serde_json::from_slice(&outcome.stdout);
            let unreadable = report::unreadable(&outcome.stderr);
            match parsed {
                Ok(listed) if unreadable.is_empty() || attempt == ATTEMPTS => {
                    let listed = listed.into_iter().map(|one| (one.id.clone(), Some(one)));
                    let mut listing: Listing =
                        unreadable.into_iter().map(|id| (id, None)).collect();
                    listing.extend(listed);
                    return Ok(listing);
                }
                Err(error) if attempt == ATTEMPTS => {
                    return Err(DevpodError::Answer {
                        verb: "list",
                        reason: error.to_string(),
                    }
                    .into());
                }
                _ => {}
            }
            attempt += 1;
            thread::sleep(PAUSE);
        }
    }

    /// The workspace in DevPod's list: outer nothing if it is not there, inner nothing if it is there
    /// and cannot be read.
    pub(super) fn listed(
        &self,
        id: &WorkspaceId,
        call: &Call<'_>,
    ) -> Result<Option<Option<Listed>>, WorkspaceError> {
        Ok(self.listing(call)?.remove(id.as_str()))
    }

    /// Whether a listed workspace is one that flow made of this folder.
    pub(super) fn is_ours(&self, id: &WorkspaceId, listed: &Listed) -> bool {
        let source = self.store.source(id);
        listed.source.local_folder.as_ref().is_some_and(|folder| {
            *folder == source
                || matches!((folder.canonicalize(), source.canonicalize()), (Ok(one), Ok(other)) if one == other)
        })
    }

    /// The state of the workspace's container.
    pub(super) fn container(
        &self,
        id: &WorkspaceId,
        call: &Call<'_>,
    ) -> Result<State, WorkspaceError> {
        let arguments = [id.as_str(), "--output", "json"];
        let invocation = Invocation::new("status", arguments, ASK, call);
        let command = format!("{} status {id}", self.client.program);
        let outcome = self.client.run(invocation, &mut |_| {})?;
        if !outcome.success() {
            if report::is_unknown(&outcome) {
                return Ok(State::Missing);
            }
            return Err(self.client.failure("status", &outcome, command));
        }
        let status: Status =
            serde_json::from_slice(&outcome.stdout).map_err(|error| DevpodError::Answer {
                verb: "status",
                reason: error.to_string(),
            })?;
        Ok(match status.state.as_str() {
            "Running" => State::Running,
            "Stopped" => State::Stopped,
            "Busy" => State::Busy,
            "NotFound" => State::Missing,
            other => {
                return Err(DevpodError::Answer {
                    verb: "status",
                    reason: format!("unknown state `{other}`"),
                }
                .into());
            }
        })
    }

    /// The workspace of a record that can be read, with the state of its container.
    pub(super) fn judge(
        &self,
        mut workspace: Workspace,
        record: &Record,
        call: &Call<'_>,
    ) -> Workspace {
        if workspace.error.is_some() {
            return workspace;
        }
        let id = workspace.id.to_string();
        let asked = self.container(&workspace.id, call);
        if !record.ready {
            // Whoever makes it holds the lock; nobody does after a crash.
            let is_busy = self.store.is_locked(&workspace.id) || matches!(asked, Ok(State::Busy));
            (workspace.state, workspace.error) = match is_busy {
                true => (State::Busy, None),
                false => (State::Failed, Some(WorkspaceError::HalfMade { id })),
            };
            return workspace;
        }
        (workspace.state, workspace.error) = match asked {
            Ok(State::Missing) => (State::Missing, Some(DevpodError::Gone { id }.into())),
            Ok(state) => (state, None),
            Err(error) => (State::Failed, Some(error)),
        };
        workspace
    }

    /// All workspaces of this provider by id.
    pub(super) fn all(&self, call: &Call<'_>) -> Result<Vec<Workspace>, WorkspaceError> {
        call.check()?;
        let mut rows = BTreeMap::new();
        for row in self.store.sweep() {
            if row.provider == DEVPOD {
                rows.insert(row.id.clone(), row);
            }
        }
        let mut found = Vec::new();
        for id in self.store.ids()? {
            match self.store.look(&id) {
                Ok((workspace, Some(record))) if workspace.provider == DEVPOD => {
                    found.push((workspace, record));
                }
                Ok(_) | Err(WorkspaceError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        // Somebody who has none does not want to wait for a DevPod that hangs.
        let mut patient = *call;
        if found.is_empty() {
            let soon = Instant::now().checked_add(GLANCE);
            patient.deadline = patient.deadline.or(soon).min(soon);
        }
        let asked = self.client.version(&patient);
        let listing = match asked.and_then(|_| self.listing(&patient)) {
            Ok(listing) => listing,
            Err(WorkspaceError::Cancelled) => return Err(WorkspaceError::Cancelled),
            // Somebody who never used DevPod does not want to hear of it.
            Err(_) if found.is_empty() => return Ok(rows.into_values().collect()),
            Err(error) => {
                // One error is enough to say why no state is known.
                let mut error = Some(error);
                for (mut workspace, _) in found {
                    workspace.state = State::Failed;
                    workspace.error = Some(error.take().unwrap_or_else(|| {
                        DevpodError::Missing {
                            program: self.client.program.clone(),
                        }
                        .into()
                    }));
                    rows.insert(workspace.id.clone(), workspace);
                }
                return Ok(rows.into_values().collect());
            }
        };
        for id in listing
            .keys()
            .filter_map(|id| id.parse::<WorkspaceId>().ok())
        {
            let is_known = found.iter().any(|(workspace, _)| workspace.id == id);
            let listed = listing.get(id.as_str()).and_then(Option::as_ref);
            let is_ours = listed.is_some_and(|listed| self.is_ours(&id, listed));
            if !is_known && is_ours && !self.store.folder(&id).exists() {
                rows.insert(id.clone(), self.without_folder(id));
            }
        }
        for workspace in self.judge_all(found, call) {
            rows.insert(workspace.id.clone(), workspace);
        }
        Ok(rows.into_values().collect())
    }

    /// A workspace whose folder somebody removed, while DevPod still has its part.
    pub(super) fn without_folder(&self, id: WorkspaceId) -> Workspace {
        let mut row = self.store.row(id, DEVPOD, State::Missing);
        row.error = Some(WorkspaceError::Missing {
            id: row.id.to_string(),
            path: row.path.clone(),
        });
        row
    }

    fn judge_all(&self, found: Vec<(Workspace, Record)>, call: &Call<'_>) -> Vec<Workspace> {
        let jobs = JOBS.min(found.len());
        let waiting = Mutex::new(found.into_iter());
        let judged = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    loop {
                        let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
                        let Some((workspace, record)) = next else {
                            return;
                        };
                        let workspace = self.judge(workspace, &record, call);
                        if let Ok(mut judged) = judged.lock() {
                            judged.push(workspace);
                        }
                    }
                });
            }
        });
        judged
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
