//! A process that is killed at any instant loses nothing that it committed, and leaves no half of
//! what it had not.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flow_store::Store;

const CHILD: &str = "FLOW_TEST_STORE";
const RUNS: u64 = 200;

/// This test program again, writing to the store at `path` until it is killed.
fn spawn(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_process_killed_at_any_instant_loses_no_commit_and_leaves_no_half_of_one",
            "--nocapture",
        ])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Two keys that must be equal, and a value of several pages, in each record.
fn write_record(store: &Store, number: u64) {
    let mut session = store.session();
    let value = number.to_string();
    session.set("a", "left", &value, None).unwrap();
    let filling = format!(
        "\"{}\"",
        "x".repeat(usize::try_from(number % 7).unwrap() * 3000)
    );
    session
        .set("filling", &(number % 50).to_string(), &filling, None)
        .unwrap();
    session.set("z", "right", &value, None).unwrap();
    session.commit().unwrap();
}

fn number_at(store: &Store, namespace: &str, key: &str) -> Option<u64> {
    let value = store.session().get(namespace, key).unwrap()?;
    Some(value.parse().unwrap())
}

fn the_child_that_is_killed() {
    let path = std::env::var_os(CHILD).unwrap();
    let store = Store::at(Path::new(&path));
    let mut number = number_at(&store, "a", "left").unwrap_or(0);
    loop {
        number += 1;
        write_record(&store, number);
        let mut out = std::io::stdout().lock();
        writeln!(out, "committed {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_process_killed_at_any_instant_loses_no_commit_and_leaves_no_half_of_one() {
    if std::env::var_os(CHILD).is_some() {
        return the_child_that_is_killed();
    }
    let folder = tempfile::tempdir().unwrap();
    let mut path = folder.path().join("0/.flow/memory.db");
    let (mut before, mut commits) = (0, 0);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for run in 0..RUNS {
        // Every tenth run begins with no file, so that its making is interrupted too.
        if run % 10 == 0 {
            path = folder.path().join(run.to_string()).join(".flow/memory.db");
            before = 0;
        }
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let mut child = spawn(&path);
        let instant = Duration::from_micros(1_000 + (state >> 33) % 40_000);
        std::thread::sleep(instant);
        child.kill().unwrap();
        child.wait().unwrap();
        let last = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("committed ")?.parse().ok())
            .last();
        let printed: u64 = last.unwrap_or(before);

        let store = Store::at(&path);
        let left = number_at(&store, "a", "left").unwrap_or(0);
        let right = number_at(&store, "z", "right").unwrap_or(0);
        assert_eq!(left, right, "half a record in run {run}");
        assert!(
            left == printed || left == printed + 1,
            "run {run} printed {printed}, and the store has {left}"
        );
        commits += left - before;
        before = left;
    }
    assert!(
        commits > RUNS,
        "the children wrote too little before they were killed: {commits}"
    );
}
