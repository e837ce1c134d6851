//! What only tests can bring about: a time, a full disk, little patience.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::connection::Settings;
use crate::entry::Filter;
use crate::entry::milliseconds;
use crate::error::StoreError;
use crate::store::Store;

thread_local! {
    /// The time that the store of this thread has.
    pub(crate) static NOW: Cell<i64> = const { Cell::new(0) };
}

/// A store whose clock is that of this thread.
pub(crate) fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = clocked(&folder.path().join("memory.db"));
    (folder, store)
}

pub(crate) fn clocked(path: &Path) -> Store {
    let settings = Settings {
        clock: || NOW.get(),
        ..Settings::default()
    };
    Store::with(path, settings)
}

#[test]
fn times_of_an_entry_are_those_of_its_commits() {
    let (_folder, store) = store();
    NOW.set(5);
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    NOW.set(7);
    session.commit().unwrap();
    NOW.set(9);
    session
        .set("a", "k", "2", Some(Duration::from_millis(10)))
        .unwrap();
    session.commit().unwrap();
    let entry = store.entries(&Filter::default()).unwrap().remove(0);
    assert_eq!(milliseconds(entry.created), 7);
    assert_eq!(milliseconds(entry.updated), 9);
    assert_eq!(entry.expires.map(milliseconds), Some(19));
}

#[test]
fn expired_rows_go_with_later_commits_a_bounded_number_at_a_time() {
    let (_folder, store) = store();
    NOW.set(0);
    let mut session = store.session();
    for number in 0..1000 {
        session
            .set(
                "a",
                &number.to_string(),
                "1",
                Some(Duration::from_millis(10)),
            )
            .unwrap();
    }
    session
        .set("a", "stays", "1", Some(Duration::from_millis(11)))
        .unwrap();
    session.commit().unwrap();
    NOW.set(10);
    assert_eq!(
        session.list_keys("a", "", None, 10).unwrap().keys,
        ["stays"]
    );
    let mut left = Vec::new();
    for _ in 0..5 {
        let statistics = store.statistics().unwrap();
        let namespaces = store.namespaces().unwrap();
        let keys: u64 = namespaces.iter().map(|namespace| namespace.keys).sum();
        assert_eq!(keys, statistics.keys);
        left.push(statistics.expired);
        session.set("b", "k", "1", None).unwrap();
        session.commit().unwrap();
    }
    assert_eq!(left, [1000, 742, 484, 226, 0]);
    assert_eq!(session.get("a", "stays").unwrap().as_deref(), Some("1"));
}

#[test]
fn rows_that_expire_do_not_pile_up_however_many_a_record_writes() {
    let (_folder, store) = store();
    NOW.set(0);
    let mut session = store.session();
    for round in 0..6 {
        for number in 0..1000 {
            let key = format!("{round}/{number}");
            session
                .set("a", &key, "1", Some(Duration::from_millis(1)))
                .unwrap();
        }
        session.commit().unwrap();
        NOW.set(NOW.get() + 2);
        assert_eq!(store.statistics().unwrap().expired, 1000);
    }
}

#[test]
fn a_full_disk_is_said_and_everything_before_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let settings = Settings {
        pages: Some(60),
        ..Settings::default()
    };
    let store = Store::with(&path, settings);
    let mut session = store.session();
    let value = format!("\"{}\"", "x".repeat(10_000));
    let mut committed = 0;
    let error = loop {
        let number = committed.to_string();
        session.set("pair", &number, "1", None).unwrap();
        session.set("other", &number, &value, None).unwrap();
        match session.commit() {
            Ok(()) => committed += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert!(session.is_clean());
    assert!((10..25).contains(&committed), "{committed}");
    let again = Store::at(&path);
    let keys: Vec<_> = again
        .namespaces()
        .unwrap()
        .into_iter()
        .map(|of| of.keys)
        .collect();
    assert_eq!(keys, [committed, committed]);
    // What makes room can be committed, and then there is room.
    session.delete("other", "0").unwrap();
    session.commit().unwrap();
    session.set("other", "new", &value, None).unwrap();
    session.commit().unwrap();
}

#[test]
fn a_writer_that_waits_too_long_is_told_so_and_can_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let settings = Settings {
        patience: Duration::from_millis(60),
        ..Settings::default()
    };
    let store = Store::with(&path, settings);
    let mut holder = store.session();
    holder.compare_and_set("a", "k", None, "1").unwrap();
    // Within the process, and as another process would.
    for other in [store.clone(), Store::with(&path, settings)] {
        let mut waiter = other.session();
        let start = Instant::now();
        waiter.set("a", "k", "2", None).unwrap();
        let error = waiter.commit().unwrap_err();
        assert!(matches!(error, StoreError::Busy { .. }), "{error:?}");
        assert!(start.elapsed() >= Duration::from_millis(60));
        assert!(waiter.is_clean());
        waiter.compare_and_set("a", "k", None, "2").unwrap_err();
        assert!(waiter.is_clean());
        // Reading needs no turn.
        assert_eq!(waiter.get("a", "k").unwrap(), None);
    }
    holder.commit().unwrap();
    let mut waiter = store.session();
    assert!(waiter.compare_and_set("a", "k", Some("1"), "2").unwrap());
    waiter.commit().unwrap();
}
