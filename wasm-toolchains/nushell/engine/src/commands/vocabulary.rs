//! Which commands work in an agent.

use std::collections::HashSet;

use nu_protocol::engine::{Command, EngineState};

use crate::commands::unavailable;

/// The command that Nushell calls for a word that is none of its commands.
pub const RUN_EXTERNAL: &str = "run-external";

/// The names of the commands that work, in order.
pub fn vocabulary(engine: &EngineState) -> Vec<String> {
    let unavailable: HashSet<_> = unavailable::all()
        .map(|command| command.name().to_owned())
        .chain([RUN_EXTERNAL.to_owned()])
        .collect();
    let mut names: Vec<_> = engine
        .get_decls_sorted(false)
        .into_iter()
        .map(|(name, _)| String::from_utf8_lossy(&name).into_owned())
        .filter(|name| !unavailable.contains(name))
        .collect();
    names.sort();
    names
}
