//! What starting and stopping have in common: one act on each of several workspaces, side by side.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use flow_workspace::{Call, Providers, Workspace, WorkspaceError, WorkspaceId};
use nu_protocol::{LabeledError, Value};

use super::rows::{refuse_failures, row};
use super::selection;
use crate::command::Request;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

/// Workspaces at the same time.
const JOBS: usize = 4;

/// Time to see how a workspace is after something failed.
const GLANCE: Duration = Duration::from_secs(5);

/// Does `act` with the workspaces that are named; one for which it fails is a row with its `error`,
/// and where it fails for all, that is an error.
pub(super) fn each(
    Request { engine, call, .. }: Request<'_>,
    input: &Value,
    act: impl Fn(&Providers, &WorkspaceId, &Call<'_>) -> Result<Workspace, WorkspaceError> + Sync,
) -> Result<Value, LabeledError> {
    let providers = environment::workspaces(engine, call.head)?;
    let interrupt = Interrupt::listen(engine)?;
    let within = Call::new(&interrupt.flag, None);
    let selected = selection::select(&call.positional, input, call.head, &providers, &within)?;
    let waiting = Mutex::new(selected.iter().enumerate());
    let done = Mutex::new(Vec::with_capacity(selected.len()));
    thread::scope(|scope| {
        for _ in 0..JOBS.min(selected.len()) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
                    let Some((number, selected)) = next else {
                        return;
                    };
                    let result = act(&providers, &selected.id, &Call::new(&interrupt.flag, None));
                    if let Ok(mut done) = done.lock() {
                        done.push((number, result));
                    }
                }
            });
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    let mut rows = Vec::with_capacity(done.len());
    let mut failures = Vec::new();
    for ((_, result), selected) in done.into_iter().zip(&selected) {
        let workspace = match result {
            Ok(workspace) => workspace,
            Err(error) => {
                failures.push(labeled(&error, "this workspace", selected.span));
                // As it is now, with the reason why it did not become what it should.
                let soon = Call::new(&interrupt.flag, Some(GLANCE));
                let status = providers.of(&selected.id).status(&selected.id, &soon);
                match status {
                    Ok(workspace) => Workspace {
                        error: Some(error),
                        ..workspace
                    },
                    Err(_) => continue,
                }
            }
        };
        rows.push(row(workspace, call.head));
    }
    refuse_failures(failures, selected.len())?;
    Ok(Value::list(rows, call.head))
}
