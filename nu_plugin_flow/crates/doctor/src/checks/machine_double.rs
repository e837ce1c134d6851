//! A machine as a test describes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use flow_cache::Cache;
use flow_process::{Command, Executor, Outcome, ProcessError};
use tempfile::TempDir;

use super::check::Check;
use crate::context::{Complaint, Context, Installed, Interpreters};
use crate::diagnosis::Diagnosis;

/// Programs with fixed answers, by command line; all others are missing.
#[derive(Default)]
pub(crate) struct Machine {
    answers: Mutex<BTreeMap<String, (i32, String)>>,
    pub(crate) asked: Mutex<Vec<String>>,
    pub(crate) folder: Option<TempDir>,
}

impl Machine {
    pub(crate) fn new() -> Machine {
        Machine {
            folder: Some(tempfile::tempdir().unwrap()),
            ..Machine::default()
        }
    }

    /// The program whose command line begins so answers with this.
    pub(crate) fn answers(self, line: &str, status: i32, said: &str) -> Machine {
        self.learn(line, status, said);
        self
    }

    pub(crate) fn learn(&self, line: &str, status: i32, said: &str) {
        let mut answers = self.answers.lock().unwrap();
        answers.insert(line.to_owned(), (status, said.to_owned()));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.path().join("cache")
    }

    /// What `action` sees of this machine.
    pub(crate) fn with<T>(&self, action: impl FnOnce(&Context<'_>) -> T) -> T {
        let cache = Cache::at(self.cache());
        action(&Context {
            executor: self,
            cancel: &AtomicBool::new(false),
            engine: &|| Ok("ran".to_owned()),
            devpod: &|| Ok("DevPod v0.6.15 with provider `docker`".to_owned()),
            interpreters: &NoInterpreters,
            cache: &cache,
            workspaces: &self.path().join("data"),
            nushell: Some("0.115.1".to_owned()),
            built_for: "0.115.1",
            plugin: "0.1.0",
        })
    }

    pub(crate) fn examine(&self, check: &dyn Check) -> Vec<Diagnosis> {
        self.with(|context| check.examine(context))
    }
}

/// A machine without any.
struct NoInterpreters;

impl Interpreters for NoInterpreters {
    fn look(&self, _tool: &str) -> Result<Installed, Complaint> {
        Err(Complaint {
            reason: "not installed".to_owned(),
            missing: true,
            help: None,
        })
    }

    fn install(&self, tool: &str) -> Result<String, Complaint> {
        Ok(format!("installed {tool}"))
    }

    fn remove(&self, tool: &str) -> Result<String, Complaint> {
        Ok(format!("removed {tool}"))
    }
}

impl Executor for Machine {
    fn place(&self) -> String {
        "a test".to_owned()
    }

    fn run(
        &self,
        command: &Command,
        _cancel: &AtomicBool,
        _on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        let line = format!("{} {}", command.program, command.args.join(" "));
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line.clone());
        let answers = self.answers.lock().unwrap();
        // The most specific one.
        let answer = answers
            .iter()
            .rev()
            .find(|(beginning, _)| line.starts_with(beginning.as_str()));
        let Some((_, (status, said))) = answer else {
            return Err(ProcessError::NotFound {
                program: command.program.clone(),
            });
        };
        let (stdout, stderr) = match status {
            0 => (said.clone().into_bytes(), Vec::new()),
            _ => (Vec::new(), said.clone().into_bytes()),
        };
        Ok(Outcome {
            status: *status,
            stdout,
            stderr,
            duration: Duration::ZERO,
        })
    }

    fn copy_out(&self, _: &Path, _: &Path, _: &AtomicBool) -> Result<u64, ProcessError> {
        Ok(0)
    }
}
