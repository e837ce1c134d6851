//! What a run takes from whoever starts it.

use std::path::PathBuf;
use std::sync::Arc;

use flow_build::{Agent, Progress};
use flow_process::{Executor, LocalExecutor};
use flow_runtime::LogSink;
use flow_store::StoreError;

/// What a run takes from whoever starts it, each thing when it is first needed.
pub trait Surroundings {
    /// Why something cannot be had.
    type Error;

    /// What runs the tools that build `agent`.
    ///
    /// # Errors
    /// There is nothing that could.
    fn executor(&self, agent: &Agent) -> Result<Box<dyn Executor>, Self::Error>;

    /// The value of the environment variable `name`, where it has one.
    ///
    /// # Errors
    /// It cannot be asked for, or is no text.
    fn variable(&self, name: &str) -> Result<Option<String>, Self::Error>;

    /// The file with the durable memory.
    ///
    /// # Errors
    /// There is no place for one.
    fn memory(&self) -> Result<PathBuf, Self::Error>;

    /// Who is told how builds get on.
    fn progress(&self) -> &dyn Progress {
        &()
    }

    /// Where the log of `agent` goes: to standard error, each line under the agent's name,
    /// unless it is said otherwise.
    fn log(&self, agent: &str) -> LogSink {
        let agent = agent.to_owned();
        Arc::new(move |line| eprintln!("{agent}: {line}"))
    }
}

/// This process: its environment, the tools on its `PATH`, and the memory of the project around a
/// folder.
#[derive(Debug, Clone)]
pub struct Local {
    directory: PathBuf,
}

impl Local {
    /// With the memory of the project around `directory`.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }
}

impl Surroundings for Local {
    type Error = StoreError;

    fn executor(&self, _agent: &Agent) -> Result<Box<dyn Executor>, StoreError> {
        Ok(Box::new(LocalExecutor))
    }

    fn variable(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(std::env::var(name).ok())
    }

    fn memory(&self) -> Result<PathBuf, StoreError> {
        Ok(flow_store::locate(&self.directory)?.path)
    }
}
