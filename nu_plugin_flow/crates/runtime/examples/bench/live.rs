//! Many instances, at once and one after the other.

use std::hint::black_box;

use flow_runtime::{CancellationToken, Directory, Handler, Instance, RunError};

use crate::measure::{Outcome, Report, time};
use crate::process::Held;
use crate::subject::Bench;

/// Unless `$BENCH_INSTANCES` says otherwise.
const LIVE: u32 = 10_000;
/// More than a kernel of usual settings has mappings for.
const TOO_MANY: u32 = 1 << 20;
const WARM: u32 = 10_000;
const SPAWNS: u32 = 100_000;

/// Instances that have answered once and live on.
pub(crate) fn live(bench: &Bench) -> Outcome<Report> {
    let count = std::env::var("BENCH_INSTANCES").map_or(Ok(LIVE), |count| count.parse())?;
    // A component of another toolchain may be made of more modules than usual.
    let handler = bench.handler(count.saturating_mul(2))?;
    let record = bench.record()?;
    let (directory, cancel) = (Directory::default(), CancellationToken::new());
    // What all share (the code, the image of the memory) is there by now.
    answered(&handler, record, &directory, &cancel)?;
    let mut instances = Vec::with_capacity(count as usize);
    let before = Held::now()?;
    let (elapsed, started) = time(|| {
        for _ in 0..count {
            instances.push(answered(&handler, record, &directory, &cancel)?);
        }
        Ok::<_, RunError>(())
    });
    started?;
    let report = Report::default()
        .number("instances", count)
        .number("start_all", elapsed.as_nanos());
    let report = Held::now()?.since(before, report);
    // They are not only there, they answer.
    for instance in &mut instances {
        black_box(instance.call(record)?);
    }
    Ok(report)
}

/// As many instances as there can be, and one more.
pub(crate) fn refusal(bench: &Bench) -> Outcome<Report> {
    let handler = bench.handler(TOO_MANY)?;
    let record = bench.record()?;
    let (directory, cancel) = (Directory::default(), CancellationToken::new());
    let mut instances = Vec::new();
    let limit = loop {
        match answered(&handler, record, &directory, &cancel) {
            Ok(instance) => instances.push(instance),
            Err(RunError::Instances { limit }) => break limit,
            Err(error) => return Err(error.into()),
        }
    };
    let full = Held::now()?;
    let (elapsed, refused) = time(|| handler.spawn(&directory, &cancel).is_err());
    if !refused || limit != instances.len() {
        return Err(format!(
            "{} instances live, but the limit is {limit}",
            instances.len()
        )
        .into());
    }
    instances.pop();
    instances.push(answered(&handler, record, &directory, &cancel)?);
    Ok(Report::default()
        .number("limit", limit as u64)
        .number("mappings", full.mappings)
        .number("refused_in", elapsed.as_nanos()))
}

/// What spawns leave behind.
pub(crate) fn soak(bench: &Bench) -> Outcome<Report> {
    let handler = bench.handler(flow_runtime::DEFAULT_INSTANCES)?;
    let record = bench.record()?;
    let (directory, cancel) = (Directory::default(), CancellationToken::new());
    for _ in 0..WARM {
        answered(&handler, record, &directory, &cancel)?;
    }
    let before = Held::now()?;
    for _ in 0..SPAWNS {
        answered(&handler, record, &directory, &cancel)?;
    }
    let report = Report::default().number("spawns", SPAWNS);
    Ok(Held::now()?.since(before, report))
}

/// A fresh instance that has answered `record`.
fn answered(
    handler: &Handler,
    record: &str,
    directory: &Directory,
    cancel: &CancellationToken,
) -> Result<Instance, RunError> {
    let mut instance = handler.spawn(directory, cancel)?;
    black_box(instance.call(record)?);
    Ok(instance)
}
