//! What a guest asked for and was not granted, so that an error can name the
//! grant.

use std::sync::{Arc, Mutex, PoisonError};

/// Refusals of one record that are kept; the rest repeat them.
const KEPT: usize = 8;

/// How to grant what was refused to one instance, and to those that it called, since
/// that was last taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusals(Arc<Mutex<Vec<String>>>);

/// One thing that was asked for and not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked for, such as `a connection to api.example.org:443`.
    pub what: String,
    /// The flag that would grant it.
    pub flag: String,
    /// The line under `[permissions]` in `agent.toml` that would grant it.
    pub manifest: String,
    /// The agent that asked, where another agent called it: flags grant it nothing.
    pub callee: Option<String>,
}

impl Refusal {
    pub(crate) fn network(host: &str, port: u16) -> Self {
        let peer = if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        };
        Self {
            what: format!("a connection to {peer}"),
            flag: format!("--allow-net {peer}"),
            manifest: format!("net = [\"{peer}\"]"),
            callee: None,
        }
    }

    pub(crate) fn lookup(host: &str) -> Self {
        Self {
            what: format!("a look-up of the name {host}"),
            flag: format!("--allow-net {host}:443"),
            manifest: format!("net = [\"{host}:443\"]"),
            callee: None,
        }
    }

    pub(crate) fn memory(namespace: &str, write: bool) -> Self {
        let what = match write {
            true => format!("writing the memory `{namespace}`"),
            false => format!("reading the memory `{namespace}`"),
        };
        let access = if write { "" } else { ":ro" };
        Self {
            what,
            flag: format!("--allow-memory {namespace}{access}"),
            manifest: format!("memory = [\"{namespace}{access}\"]"),
            callee: None,
        }
    }

    pub(crate) fn call(agent: &str) -> Self {
        Self {
            what: format!("calling the agent `{agent}`"),
            flag: format!("--allow-agent {agent}"),
            manifest: format!("agents = [\"{agent}\"]"),
            callee: None,
        }
    }

    /// The same, of an agent that was called where there is one.
    pub(crate) fn of(mut self, callee: Option<&str>) -> Self {
        self.callee = callee.map(str::to_owned);
        self
    }

    /// How to grant it, for a help text.
    pub(crate) fn help(&self) -> String {
        if let Some(callee) = &self.callee {
            return format!(
                "{} was refused: grant it with `{}` under [permissions] in the agent.toml of `{callee}`",
                self.what, self.manifest
            );
        }
        format!(
            "{} was refused: grant it with `{}`, or with `{}` under [permissions] in agent.toml",
            self.what, self.flag, self.manifest
        )
    }
}

impl Refusals {
    pub(crate) fn add(&self, refusal: Refusal) {
        self.note(refusal.help());
    }

    /// Adds what is to be said of a refusal elsewhere.
    pub(crate) fn note(&self, help: String) {
        let mut refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() < KEPT && !refusals.contains(&help) {
            refusals.push(help);
        }
    }

    /// What would grant it all; nothing where nothing was refused.
    pub(crate) fn take(&self) -> Option<String> {
        let help = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        (!help.is_empty()).then(|| help.join("; "))
    }
}
