//! Who hears how builds get on.

use crate::{artifact::Artifact, error::BuildError};

/// Hears how builds get on; called from several threads.
pub trait Progress: Sync {
    /// The build of an agent begins.
    fn started(&self, agent: &str) {
        let _ = agent;
    }
    /// A tool said something.
    fn line(&self, agent: &str, line: &str) {
        let _ = (agent, line);
    }
    /// The build of an agent is over.
    fn finished(&self, agent: &str, result: &Result<Artifact, BuildError>) {
        let _ = (agent, result);
    }
}

/// Nobody listens.
impl Progress for () {}
