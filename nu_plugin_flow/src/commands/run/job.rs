//! One run of an agent.

use flow_run::Granted;

use super::options::Options;
use crate::shell::interrupt::Interrupt;

/// Everything one run needs, whatever kind of agent it is.
pub(super) struct Job {
    pub(super) name: String,
    pub(super) options: Options,
    pub(super) granted: Granted,
    pub(super) interrupt: Interrupt,
}
