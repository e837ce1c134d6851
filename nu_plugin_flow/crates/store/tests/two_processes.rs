//! Several processes that use one store at the same time.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::path::Path;
use std::process::{Child, Command, Stdio};

use flow_store::{Filter, Session, Store};

const CHILD: &str = "FLOW_TEST_STORE";
const NAME: &str = "FLOW_TEST_NAME";
const ROUNDS: u64 = 500;

/// This test program again, to be in the test `name` the child called `as_name`.
fn spawn(name: &str, path: &Path, as_name: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, path)
        .env(NAME, as_name)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn finish(children: Vec<Child>) {
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

fn opened() -> Store {
    Store::at(Path::new(&std::env::var_os(CHILD).unwrap()))
}

/// Adds one to a counter, and a set of its own in the same record.
fn increment(session: &mut Session, name: &str, round: u64) {
    loop {
        let before = session.get("counters", "all").unwrap();
        let next = before
            .as_deref()
            .map_or(0, |text| text.parse::<u64>().unwrap())
            + 1;
        let done = session
            .compare_and_set("counters", "all", before.as_deref(), &next.to_string())
            .unwrap();
        if done {
            break;
        }
    }
    session.set(name, &round.to_string(), "1", None).unwrap();
    session.commit().unwrap();
}

fn the_child_that_counts() {
    let store = opened();
    let name = std::env::var(NAME).unwrap();
    // Two threads of the process share the store, as `--jobs` does.
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (store, name) = (&store, &name);
            scope.spawn(move || {
                let mut session = store.session();
                for round in 0..ROUNDS {
                    increment(&mut session, name, thread * ROUNDS + round);
                }
            });
        }
    });
}

#[test]
fn processes_that_count_with_compare_and_set_lose_no_step() {
    if std::env::var_os(CHILD).is_some() {
        return the_child_that_counts();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".flow/memory.db");
    finish(
        ["first", "second"]
            .map(|name| {
                spawn(
                    "processes_that_count_with_compare_and_set_lose_no_step",
                    &path,
                    name,
                )
            })
            .into(),
    );
    let store = Store::at(&path);
    let count = store.session().get("counters", "all").unwrap();
    assert_eq!(count, Some((4 * ROUNDS).to_string()));
    let keys: Vec<_> = store
        .namespaces()
        .unwrap()
        .into_iter()
        .map(|namespace| (namespace.name, namespace.keys))
        .collect();
    let expected = [
        ("counters", 1),
        ("first", 2 * ROUNDS),
        ("second", 2 * ROUNDS),
    ];
    assert_eq!(keys, expected.map(|(name, keys)| (name.to_owned(), keys)));
}

fn the_child_that_writes_pairs() {
    let store = opened();
    let name = std::env::var(NAME).unwrap();
    let mut session = store.session();
    for round in 0..ROUNDS {
        let value = format!("\"{name} {round}\"");
        session.set("pair", "left", &value, None).unwrap();
        session.set("pair", "right", &value, None).unwrap();
        session.commit().unwrap();
    }
}

#[test]
fn a_reader_never_sees_half_of_what_another_process_commits() {
    if std::env::var_os(CHILD).is_some() {
        return the_child_that_writes_pairs();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".flow/memory.db");
    let mut children: Vec<_> = ["first", "second"]
        .map(|name| {
            spawn(
                "a_reader_never_sees_half_of_what_another_process_commits",
                &path,
                name,
            )
        })
        .into();
    let store = Store::at(&path);
    let mut seen = 0_u64;
    while children
        .iter_mut()
        .any(|child| child.try_wait().unwrap().is_none())
    {
        let entries = store.entries(&Filter::default()).unwrap();
        match entries.as_slice() {
            [] => {}
            [left, right] => {
                assert_eq!(left.value, right.value);
                seen += 1;
            }
            _ => panic!("{entries:?}"),
        }
    }
    finish(children);
    assert!(seen > 0, "the writers were done before anything was read");
}

fn the_child_that_begins() {
    let mut session = opened().session();
    let name = std::env::var(NAME).unwrap();
    session.set("began", &name, "1", None).unwrap();
    session.commit().unwrap();
}

#[test]
fn processes_that_make_the_store_at_the_same_time_all_write_to_it() {
    if std::env::var_os(CHILD).is_some() {
        return the_child_that_begins();
    }
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".flow/memory.db");
        let names = ["1", "2", "3", "4", "5", "6"];
        finish(
            names
                .map(|name| {
                    spawn(
                        "processes_that_make_the_store_at_the_same_time_all_write_to_it",
                        &path,
                        name,
                    )
                })
                .into(),
        );
        let store = Store::at(&path);
        let page = store.session().list_keys("began", "", None, 10).unwrap();
        assert_eq!(page.keys, names);
        // The header says that the file is in WAL mode.
        assert_eq!(std::fs::read(&path).unwrap()[18..20], [2, 2]);
    }
}
