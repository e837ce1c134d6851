//! `flow run --watch`: shows results again whenever the agent or the file of its
//! input changes, until Ctrl-C.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use flow_tests::guests;
use flow_tests::session::{Session, group, wait_until};
use rustix::process::{Signal, kill_process_group};

/// How long one step may take on a busy machine.
const BOUND: Duration = Duration::from_secs(60);

/// The lines that `child` prints.
fn lines(child: &mut Child) -> Receiver<String> {
    let output = BufReader::new(child.stdout.take().expect("an output"));
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}

/// Waits for a line that contains `part`.
fn wait_for(lines: &Receiver<String>, part: &str) {
    let mut seen = Vec::new();
    while let Ok(line) = lines.recv_timeout(BOUND) {
        if line.contains(part) {
            return;
        }
        seen.push(line);
    }
    panic!("`{part}` was not shown, but: {seen:?}");
}

#[test]
fn results_are_shown_again_when_the_agent_or_the_input_changes() {
    let guests = guests::compile();
    let session = Session::new(&guests);
    let place = |name: &str| session.work().join(name);
    let guest = |name: &str| guests.join("handlers").join(format!("{name}.wasm"));
    fs::copy(guest("echo"), place("agent.wasm")).expect("a guest");
    fs::write(place("input.json"), "[\"first\"]").expect("an input");
    let script = "open input.json | flow run agent.wasm --watch; print ended";
    let mut child = session.command(["-c", script]).spawn().expect("nu starts");
    let shown = lines(&mut child);
    wait_for(&shown, "first");

    fs::write(place("input.json"), "[\"second one\"]").expect("another input");
    wait_for(&shown, "second one");

    // As an editor saves: a new file in the place of the old one.
    fs::copy(guest("counts"), place("new.wasm")).expect("a guest");
    fs::rename(place("new.wasm"), place("agent.wasm")).expect("a guest in its place");
    wait_for(&shown, "1");

    kill_process_group(group(&child), Signal::INT).expect("a signal to nu");
    let ended = wait_until(BOUND, || child.try_wait().expect("a child").is_some());
    if ended.is_none() {
        let _ = kill_process_group(group(&child), Signal::KILL);
    }
    assert!(ended.is_some(), "nu still runs after Ctrl-C");
}
