//! What a manifest can say.

use std::{collections::BTreeMap, ops::Range, path::PathBuf, time::Duration};

use flow_contract::{AgentGrant, DirGrant, Limits, MemoryGrant, NetGrant, Permissions};

/// A value and the place in `agent.toml` that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its line, counted from 1.
    pub line: usize,
    /// Its column in characters, counted from 1.
    pub column: usize,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// One thing that an agent may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A directory.
    Dir(DirGrant),
    /// An environment variable, by name.
    Env(String),
    /// A host and port.
    Net(NetGrant),
    /// A namespace of the durable memory.
    Memory(MemoryGrant),
    /// Another agent, by name.
    Agent(AgentGrant),
}

/// The limits that a manifest sets; `None` leaves the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitOverrides {
    /// Time per record.
    pub timeout: Option<Duration>,
    /// Bytes of linear memory.
    pub memory: Option<u64>,
    /// Bytes of one answer.
    pub output: Option<u64>,
    /// Units of fuel per record.
    pub fuel: Option<u64>,
    /// Elements of all tables.
    pub table_elements: Option<u64>,
}

impl LimitOverrides {
    /// Sets in `limits` what is set here.
    pub fn apply(&self, limits: &mut Limits) {
        limits.timeout = self.timeout.or(limits.timeout);
        limits.memory = self.memory.unwrap_or(limits.memory);
        limits.output = self.output.unwrap_or(limits.output);
        limits.fuel = self.fuel.or(limits.fuel);
        limits.table_elements = self.table_elements.unwrap_or(limits.table_elements);
    }
}

/// A value of the `[build]` table, whose keys are the language's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// A string.
    Text(String),
    /// A list of strings.
    List(Vec<String>),
    /// True or false.
    Flag(bool),
}

/// What `agent.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The file, or nothing where an agent has none.
    pub path: Option<PathBuf>,
    /// The file's text, for errors that point into it.
    pub text: String,
    /// `agent.name`
    pub name: Option<Located<String>>,
    /// `agent.language`
    pub language: Option<Located<String>>,
    /// `agent.entry`, relative to the agent's folder
    pub entry: Option<Located<String>>,
    /// `agent.description`
    pub description: Option<String>,
    /// `signature.input`, in Nushell's type syntax, not parsed
    pub signature_input: Option<Located<String>>,
    /// `signature.output`, in Nushell's type syntax, not parsed
    pub signature_output: Option<Located<String>>,
    /// `[limits]`
    pub limits: LimitOverrides,
    /// `[permissions]`, in the order of the file
    pub grants: Vec<Located<Grant>>,
    /// `[build]`
    pub build: BTreeMap<String, Located<Setting>>,
}

impl Manifest {
    /// What the manifest grants, without the places it was granted in.
    pub fn permissions(&self) -> Permissions {
        let mut permissions = Permissions::default();
        for grant in &self.grants {
            match &grant.value {
                Grant::Dir(dir) => permissions.dirs.push(dir.clone()),
                Grant::Env(name) => permissions.env.push(name.clone()),
                Grant::Net(net) => permissions.net.push(net.clone()),
                Grant::Memory(memory) => permissions.memory.push(memory.clone()),
                Grant::Agent(agent) => permissions.agents.push(agent.clone()),
            }
        }
        permissions
    }
}
