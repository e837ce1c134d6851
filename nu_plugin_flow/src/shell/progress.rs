//! How builds get on, told on the terminal.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use flow_build::{Artifact, BuildError, Progress};

/// Tells on stderr which agents are being built, if that is a terminal; what
/// comes from the cache is not worth a line. Standard output is the protocol
/// with Nushell and stays untouched.
pub struct BuildProgress {
    terminal: bool,
    verbose: bool,
    /// Agents whose tools have said something.
    told: Mutex<BTreeSet<String>>,
}

impl BuildProgress {
    /// With `verbose`, also every line of the tools, terminal or not.
    #[must_use]
    pub fn new(verbose: bool) -> BuildProgress {
        BuildProgress {
            terminal: std::io::stderr().is_terminal(),
            verbose,
            told: Mutex::default(),
        }
    }
}

impl Progress for BuildProgress {
    fn line(&self, agent: &str, line: &str) {
        if self.verbose {
            eprintln!("{agent}: {line}");
        } else if self.terminal {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.insert(agent.to_owned()) {
                eprintln!("building: {agent}");
            }
        }
    }

    fn finished(&self, agent: &str, result: &Result<Artifact, BuildError>) {
        if !self.terminal && !self.verbose {
            return;
        }
        match result {
            Ok(artifact) if artifact.cached => {}
            Ok(artifact) => eprintln!("built: {agent} in {:.1} s", artifact.duration.as_secs_f64()),
            Err(_) => eprintln!("failed: {agent}"),
        }
    }
}
