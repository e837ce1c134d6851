//! Carries out plans: once for each state of the sources, side by side for
//! several agents.

mod artifacts;
mod attempt;
mod bundles;
mod configuration;
mod inputs;
mod job;
pub(crate) mod progress;
mod publish;

pub use artifacts::build_all;
pub use configuration::Builder;
pub use progress::Progress;
