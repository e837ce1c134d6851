//! What a run is granted, as data.

use flow_runtime::{Directory, Grants};

/// What a run is granted.
#[derive(Clone)]
pub struct Granted {
    /// To the agent that it begins with.
    pub grants: Grants,
    /// The agents that it may lead to.
    pub callees: Directory,
}
