//! What an agent is given, as data.

use std::collections::HashMap;
use std::sync::Arc;

use flow_contract::{Limits, Permissions};
use flow_store::Store;
use miette::Diagnostic;
use thiserror::Error;

use crate::host::log::LogSink;

/// What an agent is given: its limits, its permissions, where its log goes.
#[derive(Clone)]
pub struct Grants {
    /// What it may use.
    pub limits: Limits,
    /// What it may reach.
    pub permissions: Permissions,
    /// The values of the environment variables that it may see.
    pub environment: Vec<(String, String)>,
    /// Receives each line of its log.
    pub log: LogSink,
    /// What it is called in errors and in the table of calls.
    pub name: String,
    /// What tells it apart from every other agent, such as the path of its source.
    pub identity: String,
    /// Where the memory is that its permissions name.
    pub store: Option<Store>,
    /// The identities of the agents that it may call, by the names under which it knows
    /// them. Who these are says the [`Directory`](crate::Directory) of the run.
    pub callable: HashMap<String, String>,
    /// Whether calls are noted, for [`crate::Instance::take_calls`].
    pub trace: bool,
}

impl Grants {
    /// These limits, and nothing else.
    #[must_use]
    pub fn nothing(limits: Limits) -> Self {
        Self {
            limits,
            permissions: Permissions::default(),
            environment: Vec::new(),
            log: silent(),
            name: String::new(),
            identity: String::new(),
            store: None,
            callable: HashMap::new(),
            trace: false,
        }
    }
}

/// A sink that forgets.
#[must_use]
pub fn silent() -> LogSink {
    Arc::new(|_| {})
}

/// A grant that cannot be given.
#[derive(Debug, Error, Diagnostic)]
pub enum GrantError {
    /// The directory cannot be opened.
    #[error("cannot open the granted directory: `{path}`")]
    #[diagnostic(
        code(flow::permissions::open),
        help("create the directory, or correct `--allow-dir` or `dirs` in agent.toml")
    )]
    Directory {
        /// As it was resolved on the host.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}
