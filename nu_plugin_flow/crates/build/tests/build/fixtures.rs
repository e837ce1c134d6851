//! What the tests begin with: an agent that nobody has built before, and an
//! executor that counts.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::SystemTime,
};

use flow_build::{Agent, Artifact, BuildError, Builder, Target, scaffold};
use flow_cache::Cache;
use flow_process::{Command, Executor, LocalExecutor, Outcome, ProcessError};

pub static GO: AtomicBool = AtomicBool::new(false);

/// Counts the programs it starts, and keeps cargo off the network.
#[derive(Default)]
pub struct Counting {
    pub started: AtomicUsize,
    /// A program that is not there.
    pub missing: Option<&'static str>,
}

impl Executor for Counting {
    fn place(&self) -> String {
        format!("a test without {:?}", self.missing)
    }

    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        self.started.fetch_add(1, Ordering::SeqCst);
        if self.missing == Some(command.program.as_str()) {
            return Err(ProcessError::NotFound {
                program: command.program.clone(),
            });
        }
        let mut command = command.clone();
        command
            .env
            .push(("CARGO_NET_OFFLINE".to_owned(), "true".to_owned()));
        LocalExecutor.run(&command, cancel, on_line)
    }

    fn copy_out(&self, from: &Path, to: &Path, cancel: &AtomicBool) -> Result<u64, ProcessError> {
        LocalExecutor.copy_out(from, to, cancel)
    }
}

pub fn cache() -> Cache {
    Cache::at(Path::new(env!("CARGO_TARGET_TMPDIR")).join("flow-cache"))
}

/// An agent whose text the tests below change.
pub const SOURCE: &str = r#"
use flow_agent::{Result, error};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct Order {
    quantities: Vec<u32>,
}

#[derive(Serialize)]
pub struct Packing {
    units: u32,
}

pub fn handle(order: Order) -> Result<Packing> {
    if order.quantities.is_empty() {
        return Err(error!("no quantities"));
    }
    let units: u32 = order.quantities.iter().sum::<u32>() + 10;
    Ok(Packing { units })
}

flow_agent::handler!(handle);
"#;

/// A new agent with [`SOURCE`] in it, whose source nobody has built before.
pub fn agent(folder: &Path, name: &str) -> Agent {
    scaffold::create("rust", name, folder).unwrap();
    let agent = Agent::in_folder(&folder.join(name)).unwrap();
    edit(&agent, |_| {
        format!(
            "{SOURCE}
// {:?}
",
            SystemTime::now()
        )
    });
    agent
}

pub fn edit(agent: &Agent, change: impl FnOnce(String) -> String) {
    let path = agent.root.join("src/lib.rs");
    let source = fs::read_to_string(&path).unwrap();
    fs::write(path, change(source)).unwrap();
}

/// The result of one build, and how many programs it took.
pub fn build(agent: &Agent) -> (Result<Artifact, BuildError>, usize) {
    let executor = Counting::default();
    let result = Builder::new(cache(), &executor, Target::Component).build(agent, &GO, &());
    (result, executor.started.into_inner())
}
