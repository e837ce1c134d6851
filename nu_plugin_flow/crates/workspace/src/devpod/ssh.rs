//! Programs inside a workspace, over `devpod ssh`.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::workspace::{State, WorkspaceId};
use flow_process::{Command, Outcome, ProcessError};

use super::DevpodProvider;
use super::client::Invocation;
use super::error::DevpodError;
use super::remote::{Ended, Run};
use super::report;

/// Time until the connection has to stand. DevPod never gives up by itself.
const CONNECT: Duration = Duration::from_secs(120);
/// Time to stop a program inside when the user gave up.
const STOP: Duration = Duration::from_secs(10);

impl DevpodProvider {
    /// The folder in which the workspace's sources are inside.
    pub(super) fn folder_inside(&self, id: &WorkspaceId) -> PathBuf {
        let config = std::fs::read_to_string(self.ssh_config(id)).unwrap_or_default();
        let named = config.lines().find_map(|line| {
            let (_, rest) = line.split_once("--workdir \"")?;
            Some(PathBuf::from(rest.split_once('"')?.0))
        });
        named.unwrap_or_else(|| Path::new("/workspaces").join(id.as_str()))
    }

    pub(super) fn run_inside(
        &self,
        id: &WorkspaceId,
        command: &Command,
        call: &Call<'_>,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError> {
        let directory = self.folder_inside(id).join(&command.dir);
        let started = Instant::now();
        let mut tries = 0;
        loop {
            tries += 1;
            let run = Run::new(command, &directory, call.remaining());
            let outcome = self.connect(id, command, &run, call)?;
            match run.read(&outcome.stdout) {
                Ended::Itself {
                    status,
                    stdout,
                    stderr,
                } => {
                    String::from_utf8_lossy(&stderr).lines().for_each(on_line);
                    return Ok(Outcome {
                        status,
                        stdout,
                        stderr,
                        duration: started.elapsed(),
                    });
                }
                Ended::NoProgram => {
                    let program = command.program.clone();
                    return Err(ProcessError::NotFound { program }.into());
                }
                Ended::NoFolder => {
                    return Err(ProcessError::NoDirectory { dir: directory }.into());
                }
                Ended::NoSpace => {
                    let reason = "there is no room for temporary files inside".to_owned();
                    return Err(DevpodError::Connection {
                        id: id.to_string(),
                        reason,
                    }
                    .into());
                }
                // Nothing was run yet, so that it can be tried again.
                Ended::NeverBegan if tries == 1 => match self.container(id, call)? {
                    State::Running | State::Busy => {}
                    State::Missing => {
                        return Err(DevpodError::Gone { id: id.to_string() }.into());
                    }
                    _ => drop(crate::provider::Provider::start(self, id, call)?),
                },
                Ended::NeverBegan => {
                    let reason = self.client.clean(&report::last_word(&outcome));
                    return Err(DevpodError::Connection {
                        id: id.to_string(),
                        reason,
                    }
                    .into());
                }
                Ended::Broken => {
                    let reason = "it ended in the middle of what the program wrote".to_owned();
                    return Err(DevpodError::Connection {
                        id: id.to_string(),
                        reason,
                    }
                    .into());
                }
            }
        }
    }

    fn connect(
        &self,
        id: &WorkspaceId,
        command: &Command,
        run: &Run,
        call: &Call<'_>,
    ) -> Result<Outcome, WorkspaceError> {
        let (line, mut stdin) = run.hand_over();
        stdin.extend_from_slice(&command.stdin);
        let mut invocation = self.ssh(id, line, call);
        invocation.stdin = stdin;
        invocation.deadline = None;
        invocation.answer = Some(CONNECT);
        match self.client.run(invocation, &mut |_| {}) {
            Err(WorkspaceError::Cancelled) => {
                self.stop_inside(id, run);
                Err(ProcessError::Cancelled {
                    program: command.program.clone(),
                }
                .into())
            }
            Err(WorkspaceError::Devpod(DevpodError::Deadline { deadline, .. }))
                if deadline != CONNECT =>
            {
                Err(ProcessError::Deadline {
                    program: command.program.clone(),
                    deadline: command.deadline.unwrap_or(deadline),
                    stderr: String::new(),
                }
                .into())
            }
            outcome => outcome,
        }
    }

    /// Ends what a run started inside: the death of the connection alone does not.
    fn stop_inside(&self, id: &WorkspaceId, run: &Run) {
        let never = AtomicBool::new(false);
        let call = Call::new(&never, Some(STOP));
        let _ = self
            .client
            .run(self.ssh(id, run.stop(), &call), &mut |_| {});
    }

    fn ssh<'a>(&self, id: &WorkspaceId, line: String, call: &Call<'a>) -> Invocation<'a> {
        // Neither keys nor credentials of this machine go inside.
        let arguments = [
            id.to_string(),
            "--agent-forwarding=false".to_owned(),
            "--start-services=false".to_owned(),
            "--command".to_owned(),
            line,
        ];
        Invocation::new("ssh", arguments, CONNECT, call)
    }
}
