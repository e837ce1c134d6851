//! What every check can do.

use crate::context::Context;
use crate::diagnosis::Diagnosis;

/// Examines one subject.
pub trait Check: Sync {
    /// The word by which it can be asked for alone.
    fn name(&self) -> &'static str;

    /// Looks, and changes nothing; something for each thing it looked at.
    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis>;
}
