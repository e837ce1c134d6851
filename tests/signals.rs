//! Ctrl-C, and a `nu` that dies: whatever an agent does, it ends with its pipeline.

use std::path::PathBuf;
use std::process::Child;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use flow_tests::guests;
use flow_tests::session::{Session, children, group, runs, wait_until};
use rustix::process::{Signal, kill_process, kill_process_group};

/// How soon everything has to end; the benchmark holds the tighter figure.
const ALLOWANCE: Duration = Duration::from_millis(250);
/// How long starting may take on a busy machine.
const START: Duration = Duration::from_secs(30);

static GUESTS: LazyLock<PathBuf> = LazyLock::new(guests::compile);

/// Starts `nu -c pipeline`; returns when its agent runs.
fn start(session: &Session, pipeline: &str) -> Child {
    // The plugin is up before the marker, so that the agent is what is interrupted.
    let warm = "[0] | flow run $\"($env.FLOW_GUESTS)/handlers/echo.wasm\" | ignore; touch running;";
    let child = session
        .command(["-c", &format!("{warm} {pipeline}")])
        .spawn()
        .expect("nu starts");
    let marker = session.work().join("running");
    assert!(
        wait_until(START, || marker.exists()).is_some(),
        "nu does not come to the agent"
    );
    std::thread::sleep(Duration::from_millis(300));
    child
}

/// How long `child` takes to end.
fn time_to_end(child: &mut Child) -> Duration {
    let start = Instant::now();
    let ended = wait_until(START, || child.try_wait().expect("a child").is_some());
    if ended.is_none() {
        let _ = kill_process_group(group(child), Signal::KILL);
        panic!(
            "nu still runs {:?} after it was interrupted",
            start.elapsed()
        );
    }
    start.elapsed()
}

/// Ctrl-C in a terminal reaches the foreground process group: `nu`, not the plugin.
fn ends_at_once_on_interrupt(pipeline: &str) {
    let session = Session::new(&GUESTS);
    let mut child = start(&session, pipeline);
    let plugins = children(group(&child));
    assert!(!plugins.is_empty(), "the plugin is not a child of nu");
    kill_process_group(group(&child), Signal::INT).expect("a signal to nu");
    let taken = time_to_end(&mut child);
    assert!(taken <= ALLOWANCE, "nu ended {taken:?} after Ctrl-C");
    let gone = wait_until(ALLOWANCE, || !plugins.iter().any(|plugin| runs(*plugin)));
    for plugin in plugins {
        let _ = kill_process(plugin, Signal::KILL);
    }
    assert!(gone.is_some(), "the plugin outlives nu");
}

#[test]
fn ctrl_c_stops_a_looping_handler() {
    ends_at_once_on_interrupt(
        "[null] | flow run $\"($env.FLOW_GUESTS)/handlers/loops-on-null.wasm\" --timeout 1hr",
    );
}

#[test]
fn ctrl_c_stops_a_handler_that_loops_at_its_start() {
    ends_at_once_on_interrupt(
        "[1] | flow run $\"($env.FLOW_GUESTS)/handlers/loops-at-start.wasm\" --timeout 1hr",
    );
}

#[test]
fn ctrl_c_stops_a_looping_command() {
    ends_at_once_on_interrupt("flow run $\"($env.FLOW_GUESTS)/commands/loops.wasm\" --timeout 1hr");
}

#[test]
fn ctrl_c_stops_a_command_that_waits_in_its_host() {
    ends_at_once_on_interrupt(
        "flow run $\"($env.FLOW_GUESTS)/commands/sleeps.wasm\" --timeout 1hr",
    );
}

#[test]
fn ctrl_c_stops_a_command_that_writes_forever() {
    ends_at_once_on_interrupt(
        "flow run $\"($env.FLOW_GUESTS)/commands/writes-forever.wasm\" --timeout 1hr | each { sleep 1ms } | ignore",
    );
}

#[test]
fn ctrl_c_stops_every_looping_job() {
    ends_at_once_on_interrupt(
        "[null null null null null null null null] | flow run $\"($env.FLOW_GUESTS)/handlers/loops-on-null.wasm\" --jobs 4 --isolate --timeout 1hr",
    );
}

#[test]
fn the_plugin_ends_when_nu_is_killed() {
    let session = Session::new(&GUESTS);
    let mut child = start(
        &session,
        "[null] | flow run $\"($env.FLOW_GUESTS)/handlers/loops-on-null.wasm\" --timeout 1hr",
    );
    let plugins = children(group(&child));
    assert!(!plugins.is_empty(), "the plugin is not a child of nu");
    kill_process(group(&child), Signal::KILL).expect("a signal to nu");
    child.wait().expect("nu ends");
    let gone = wait_until(Duration::from_secs(2), || {
        !plugins.iter().any(|plugin| runs(*plugin))
    });
    for plugin in plugins {
        let _ = kill_process(plugin, Signal::KILL);
    }
    assert!(gone.is_some(), "the plugin outlives a nu that was killed");
}

/// Starts a `nu` in which a program of a workspace sleeps, and kills it with `signal`; the program
/// has to end too.
fn a_program_ends_on(signal: Signal) {
    let session = Session::new(&GUESTS);
    let pipeline = "flow provision rust 1 --provider local | ignore; flow workspace exec rust-1 -- sh -c \"echo $$ > program; exec sleep 1000\"";
    let mut child = start(&session, pipeline);
    let marker = session
        .work()
        .with_file_name("data")
        .join("workspaces/rust-1/source/program");
    let program = || std::fs::read_to_string(&marker).ok()?.trim().parse().ok();
    assert!(
        wait_until(START, || program().is_some()).is_some(),
        "no program runs"
    );
    let program = rustix::process::Pid::from_raw(program().expect("a number")).expect("a process");
    match signal {
        Signal::INT => kill_process_group(group(&child), signal),
        _ => kill_process(group(&child), signal),
    }
    .expect("a signal to nu");
    time_to_end(&mut child);
    let gone = wait_until(Duration::from_secs(2), || !runs(program));
    let _ = kill_process(program, Signal::KILL);
    assert!(gone.is_some(), "the program outlives nu");
}

#[test]
fn ctrl_c_stops_a_program_in_a_workspace() {
    a_program_ends_on(Signal::INT);
}

#[test]
fn a_program_in_a_workspace_ends_when_nu_is_killed() {
    a_program_ends_on(Signal::KILL);
}
