//! Several builds at once.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    agent::Agent,
    artifact::Artifact,
    builder::{Builder, Progress},
    error::BuildError,
};

/// Builds agents side by side, each with its own builder, at most one for each core; the results are
/// in the order of `jobs`, and one that fails stops no other.
pub fn build_all(
    jobs: &[(Builder<'_>, &Agent)],
    cancel: &AtomicBool,
    progress: &dyn Progress,
) -> Vec<Result<Artifact, BuildError>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    thread::scope(|scope| {
        for _ in 0..cores.min(jobs.len()) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((builder, agent)) = jobs.get(number) else {
                        return;
                    };
                    let result = builder.build(agent, cancel, progress);
                    results
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((number, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
