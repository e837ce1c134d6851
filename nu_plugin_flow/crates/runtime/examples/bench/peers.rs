//! Calls of one agent by another. `AGENT` is the caller, in the language of `$ENGINE`;
//! `$CALLEE` is what it calls: a `.wasm`, or a Python source for `$PYODIDE`.

use std::path::PathBuf;
use std::time::Duration;

use flow_contract::Signature;
use flow_contract::{AgentGrant, Limits};
use flow_runtime::{CancellationToken, Directory, Grants, Handler, Instance, Profile, Runtime};

use crate::interpreted::{of_engine, python};
use crate::measure::{Outcome, Report};
use crate::subject::Bench;

/// The name by which `scripts/bench/caller.js` knows it.
const CALLEE: &str = "callee";
const WARM: u32 = 50;
const FRESH: u32 = 500;
const REUSED: u32 = 20_000;

/// What the caller waits for an answer, of a fresh callee and of one that it called
/// before.
pub(crate) fn calls(bench: &Bench) -> Outcome<Report> {
    let runtime = Runtime::new(bench.cache.clone());
    let (handler, directory) = caller(bench, &runtime)?;
    let cancel = CancellationToken::new();
    let mut fresh = Vec::new();
    for round in 0..WARM + FRESH {
        let duration = waited(&mut handler.spawn(&directory, &cancel)?, bench.record()?)?;
        if round >= WARM {
            fresh.push(duration);
        }
    }
    let mut instance = handler.spawn(&directory, &cancel)?;
    let mut reused = Vec::new();
    for round in 0..WARM + REUSED {
        let duration = waited(&mut instance, bench.record()?)?;
        if round >= WARM {
            reused.push(duration);
        }
    }
    Ok(Report::default()
        .times("fresh_call", fresh)
        .times("reused_call", reused))
}

/// How long the only call of a record took.
fn waited(instance: &mut Instance, record: &str) -> Outcome<Duration> {
    instance.call(record)?;
    instance.commit()?;
    let calls = instance.take_calls();
    let duration = calls.first().and_then(|call| call.duration);
    Ok(duration.ok_or("the caller called nobody")?)
}

/// The caller, and the directory in which its callee is.
fn caller(bench: &Bench, runtime: &Runtime) -> Outcome<(Handler, Directory)> {
    let callee = PathBuf::from(std::env::var_os("CALLEE").ok_or("CALLEE names no agent")?);
    let callee = match callee
        .extension()
        .is_some_and(|extension| extension == "py")
    {
        true => python(runtime, &callee)?,
        false => runtime.load(&callee, Profile::General)?,
    };
    let directory = Directory::default();
    let mut grants = Grants::nothing(Limits::default());
    grants.identity = CALLEE.into();
    let handler = Handler::new(callee, grants)?;
    directory.add(CALLEE, handler, Signature::default());
    let mut grants = Grants::nothing(Limits::default());
    let grant = AgentGrant::parse(CALLEE, bench.agent.as_ref())?;
    grants.permissions.agents.push(grant);
    grants.callable.insert(CALLEE.into(), CALLEE.into());
    grants.trace = true;
    let engine = std::env::var_os("ENGINE").ok_or("ENGINE names no engine")?;
    let program = of_engine(runtime, &PathBuf::from(engine), &bench.agent)?;
    Ok((Handler::new(program, grants)?, directory))
}
