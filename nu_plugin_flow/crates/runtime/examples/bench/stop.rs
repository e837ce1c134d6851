//! How long a guest still runs after its time is up, or after Ctrl-C.

use std::thread;
use std::time::{Duration, Instant};

use flow_contract::Limits;
use flow_runtime::{CancellationToken, Directory, Grants, Handler, Profile, RunError, Runtime};

use crate::measure::{Outcome, Report};
use crate::subject::Bench;

const STOPS: u32 = 300;
/// Stops fall anywhere between two ticks of the runtime's clock.
const EARLIEST: Duration = Duration::from_millis(6);
const STEP: Duration = Duration::from_micros(70);
const STEPS: u32 = 60;

/// A handler that imports nothing, and never answers.
const LOOPS: &str = r#"(component
  (core module $module
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "handle") (param i32 i32) (result i32)
      (loop $forever (br $forever))
      (unreachable)))
  (core instance $instance (instantiate $module))
  (func $handle (param "input" string) (result (result string (error string)))
    (canon lift (core func $instance "handle")
      (memory (core memory $instance "memory"))
      (realloc (core func $instance "realloc"))))
  (instance $handler (export "handle" (func $handle)))
  (export "flow:agent/handler@0.1.0" (instance $handler)))"#;

/// Orders on which the agent of `scripts/bench/waits.rs` loops or sleeps.
const LOOP: i64 = -1;
const SLEEP: i64 = -2;

/// A guest that loops on the caller's own stack.
pub(crate) fn looping(bench: &Bench) -> Outcome<Report> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("loops.wasm");
    std::fs::write(&path, wat::parse_str(LOOPS)?)?;
    let bench = Bench {
        agent: path,
        records: Vec::new(),
        cache: bench.cache.clone(),
    };
    stops(&bench, "null")
}

/// A guest that loops on a fiber, as it could also wait.
pub(crate) fn looping_where_it_may_wait(bench: &Bench) -> Outcome<Report> {
    stops(bench, &order(bench, LOOP)?)
}

/// A guest that is asleep in a host call.
pub(crate) fn asleep(bench: &Bench) -> Outcome<Report> {
    stops(bench, &order(bench, SLEEP)?)
}

/// The first record, with another `id`, which is its first member.
fn order(bench: &Bench, id: i64) -> Outcome<String> {
    let (_, rest) = bench
        .record()?
        .split_once(',')
        .ok_or("a record has one member only")?;
    Ok(format!("{{\"id\":{id},{rest}"))
}

fn stops(bench: &Bench, record: &str) -> Outcome<Report> {
    let runtime = Runtime::new(bench.cache.clone());
    let program = runtime.load(&bench.agent, Profile::General)?;
    let (mut timeouts, mut cancels) = (Vec::new(), Vec::new());
    for round in 0..STOPS {
        let after = EARLIEST + STEP * (round % STEPS);
        let limits = |timeout| Limits {
            timeout: Some(timeout),
            ..Limits::default()
        };
        let handler = Handler::new(program.clone(), Grants::nothing(limits(after)))?;
        timeouts.push(timeout(&handler, record, after)?);
        let handler = Handler::new(
            program.clone(),
            Grants::nothing(limits(Duration::from_secs(60))),
        )?;
        cancels.push(cancel(&handler, record, after)?);
    }
    Ok(Report::default()
        .times("timeout", timeouts)
        .times("cancel", cancels))
}

/// How late a call ends that may take `limit`.
fn timeout(handler: &Handler, record: &str, limit: Duration) -> Outcome<Duration> {
    let mut instance = handler.spawn(&Directory::default(), &CancellationToken::new())?;
    let start = Instant::now();
    match instance.call(record) {
        Err(RunError::Timeout { .. }) => Ok(start.elapsed().saturating_sub(limit)),
        other => Err(format!("it was not stopped by its timeout: {other:?}").into()),
    }
}

/// How long after its cancellation a call ends.
fn cancel(handler: &Handler, record: &str, after: Duration) -> Outcome<Duration> {
    let token = CancellationToken::new();
    let mut instance = handler.spawn(&Directory::default(), &token)?;
    thread::scope(|scope| {
        let canceller = scope.spawn(|| {
            thread::sleep(after);
            let cancelled = Instant::now();
            token.cancel();
            cancelled
        });
        let answer = instance.call(record);
        let ended = Instant::now();
        let cancelled = canceller.join().map_err(|_| "the canceller panicked")?;
        match answer {
            Err(RunError::Interrupted) => Ok(ended.saturating_duration_since(cancelled)),
            other => Err(format!("it was not stopped by its cancellation: {other:?}").into()),
        }
    })
}
