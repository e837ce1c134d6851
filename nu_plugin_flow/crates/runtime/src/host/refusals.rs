//! What a guest asked for and was not granted, so that an error can name the
//! grant.

use std::sync::{Arc, Mutex, PoisonError};

/// Refusals of one record that are kept; the rest repeat them.
const KEPT: usize = 8;

/// The refusals of one instance since they were last taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusals(Arc<Mutex<Vec<Refusal>>>);

/// One thing that was asked for and not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked for, such as `a connection to api.example.org:443`.
    pub what: String,
    /// The flag that would grant it.
    pub flag: String,
    /// The line under `[permissions]` in `agent.toml` that would grant it.
    pub manifest: String,
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
        }
    }

    pub(crate) fn lookup(host: &str) -> Self {
        Self {
            what: format!("a look-up of the name {host}"),
            flag: format!("--allow-net {host}:443"),
            manifest: format!("net = [\"{host}:443\"]"),
        }
    }

    /// How to grant it, for a help text.
    pub(crate) fn help(&self) -> String {
        format!(
            "{} was refused: grant it with `{}`, or with `{}` under [permissions] in agent.toml",
            self.what, self.flag, self.manifest
        )
    }
}

impl Refusals {
    pub(crate) fn add(&self, refusal: Refusal) {
        let mut refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() < KEPT && !refusals.contains(&refusal) {
            refusals.push(refusal);
        }
    }

    pub(crate) fn take(&self) -> Vec<Refusal> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
