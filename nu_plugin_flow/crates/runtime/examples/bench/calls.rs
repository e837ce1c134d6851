//! Fresh instances, calls and streams.

use std::hint::black_box;

use flow_runtime::{CancellationToken, Directory};

use crate::measure::{Outcome, Report, time};
use crate::subject::Bench;

const WARM: usize = 1_000;
const SPAWNS: usize = 20_000;
/// Rounds of calls; a sample is the mean of a round, as one call is too short
/// for the clock.
const ROUNDS: usize = 200;
const CALLS: u32 = 500;

/// A fresh instance for a record: from nothing to its result, with the drop
/// of the instance measured apart, and the same again in parts.
pub(crate) fn spawn(bench: &Bench) -> Outcome<Report> {
    let handler = bench.handler(flow_runtime::DEFAULT_INSTANCES)?;
    let record = bench.record()?;
    let (directory, cancel) = (Directory::default(), CancellationToken::new());
    let (mut whole, mut drops) = (Vec::new(), Vec::new());
    let (mut spawns, mut calls) = (Vec::new(), Vec::new());
    for round in 0..WARM + SPAWNS {
        let (both, instance) = time(|| {
            let mut instance = handler.spawn(&directory, &cancel)?;
            black_box(instance.call(record)?);
            Ok::<_, flow_runtime::RunError>(instance)
        });
        let instance = instance?;
        let (dropped, ()) = time(|| drop(instance));
        let (spawned, instance) = time(|| handler.spawn(&directory, &cancel));
        let mut instance = instance?;
        let (called, answer) = time(|| instance.call(record));
        black_box(answer?);
        if round >= WARM {
            whole.push(both);
            drops.push(dropped);
            spawns.push(spawned);
            calls.push(called);
        }
    }
    Ok(Report::default()
        .times("result", whole)
        .times("spawn", spawns)
        .times("first_call", calls)
        .times("drop", drops))
}

/// The same record again and again through one instance.
pub(crate) fn call(bench: &Bench) -> Outcome<Report> {
    let handler = bench.handler(flow_runtime::DEFAULT_INSTANCES)?;
    let record = bench.record()?;
    let mut instance = handler.spawn(&Directory::default(), &CancellationToken::new())?;
    let mut samples = Vec::new();
    for _ in 0..ROUNDS {
        let (elapsed, result) = time(|| {
            for _ in 0..CALLS {
                black_box(instance.call(black_box(record))?);
            }
            Ok::<_, flow_runtime::RunError>(())
        });
        result?;
        samples.push(elapsed / CALLS);
    }
    Ok(Report::default().times("call", samples))
}

/// All records in turn through one instance, per record. `scripts/bench/native.rs`
/// does the same without a sandbox.
pub(crate) fn stream(bench: &Bench) -> Outcome<Report> {
    let handler = bench.handler(flow_runtime::DEFAULT_INSTANCES)?;
    let mut instance = handler.spawn(&Directory::default(), &CancellationToken::new())?;
    let mut samples = Vec::new();
    let records = u32::try_from(bench.records.len())?;
    for _ in 0..ROUNDS {
        let (elapsed, result) = time(|| {
            for record in &bench.records {
                black_box(instance.call(black_box(record))?);
            }
            Ok::<_, flow_runtime::RunError>(())
        });
        result?;
        samples.push(elapsed / records);
    }
    Ok(Report::default().times("record", samples))
}
