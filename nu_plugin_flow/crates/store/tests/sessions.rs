//! What a session promises to one record, and to others.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::time::{Duration, Instant};

use flow_contract::{KEY_LENGTH, NameError};
use flow_store::{LIMITS, Page, Store, StoreError};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join(".flow/memory.db"));
    (folder, store)
}

fn page(keys: &[&str], cursor: Option<&str>) -> Page {
    Page {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        cursor: cursor.map(str::to_owned),
    }
}

#[test]
fn a_record_that_failed_leaves_nothing() {
    let (_folder, store) = store();
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));
    session.discard();
    assert!(session.is_clean());
    assert_eq!(session.get("a", "k").unwrap(), None);
    session.commit().unwrap();
    assert!(!store.exists());
}

#[test]
fn a_committed_record_is_seen_by_others_and_not_before() {
    let (folder, store) = store();
    let mut writer = store.session();
    let mut reader = store.session();
    writer.set("a", "k", " [1, 2] ", None).unwrap();
    assert_eq!(reader.get("a", "k").unwrap(), None);
    writer.commit().unwrap();
    assert_eq!(reader.get("a", "k").unwrap().as_deref(), Some("[1,2]"));
    let again = Store::at(&folder.path().join(".flow/memory.db"));
    assert_eq!(
        again.session().get("a", "k").unwrap().as_deref(),
        Some("[1,2]")
    );
}

#[test]
fn a_new_project_file_is_kept_out_of_version_control() {
    let (folder, store) = store();
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    session.commit().unwrap();
    let ignored = std::fs::read_to_string(folder.path().join(".flow/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

#[test]
fn a_folder_that_was_there_gets_no_gitignore() {
    let (folder, store) = store();
    std::fs::create_dir(folder.path().join(".flow")).unwrap();
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    session.commit().unwrap();
    assert!(!folder.path().join(".flow/.gitignore").exists());
}

#[test]
fn a_call_that_failed_is_undone_without_what_came_before() {
    let (_folder, store) = store();
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    session.begin();
    session.set("a", "k", "2", None).unwrap();
    session.begin();
    assert!(session.delete("a", "k").unwrap());
    session.keep();
    assert_eq!(session.get("a", "k").unwrap(), None);
    session.undo();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));
    session.undo();
    session.keep();
    session.commit().unwrap();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));
}

#[test]
fn a_page_of_keys_has_those_of_the_file_and_of_the_session() {
    let (_folder, store) = store();
    let mut session = store.session();
    for key in ["a/1", "a/3", "a/5", "b"] {
        session.set("n", key, "0", None).unwrap();
    }
    session.set("other", "a/0", "0", None).unwrap();
    session.commit().unwrap();
    session.set("n", "a/2", "0", None).unwrap();
    session.delete("n", "a/3").unwrap();
    session.set("n", "a/5", "1", None).unwrap();
    session.set("n", "a", "1", None).unwrap();
    let mut list = |cursor, limit| session.list_keys("n", "a/", cursor, limit).unwrap();
    assert_eq!(list(None, 2), page(&["a/1", "a/2"], Some("a/2")));
    assert_eq!(list(Some("a/2"), 2), page(&["a/5"], None));
    assert_eq!(list(None, 0), page(&["a/1"], Some("a/1")));
    assert_eq!(list(Some(""), 3), page(&["a/1", "a/2", "a/5"], None));
    assert_eq!(list(Some("b"), 3), page(&[], None));
}

#[test]
fn a_compare_and_set_compares_values_and_creates_only_what_is_absent() {
    let (_folder, store) = store();
    let mut session = store.session();
    let mut set = |expected, value| session.compare_and_set("a", "k", expected, value).unwrap();
    assert!(!set(Some("1"), "2"));
    assert!(set(None, "{\"a\":1,\"b\":2}"));
    assert!(!set(None, "3"));
    assert!(set(Some("{ \"b\": 2, \"a\": 1 }"), "3"));
    session.commit().unwrap();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("3"));
}

#[test]
fn a_session_that_compares_holds_the_lock_until_its_record_ends() {
    let (_folder, store) = store();
    let mut session = store.session();
    assert!(!session.compare_and_set("a", "k", Some("1"), "2").unwrap());
    assert!(!session.is_clean());
    let (started, start) = std::sync::mpsc::channel();
    let other = std::thread::spawn({
        let store = store.clone();
        move || {
            let mut session = store.session();
            session.set("a", "k", "\"other\"", None).unwrap();
            started.send(()).unwrap();
            session.commit().unwrap();
        }
    });
    start.recv().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(session.get("a", "k").unwrap(), None);
    session.discard();
    let released = Instant::now();
    other.join().unwrap();
    let waited = released.elapsed();
    assert!(waited < Duration::from_secs(2), "was not woken: {waited:?}");
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("\"other\""));
}

#[test]
fn what_is_too_large_or_not_json_is_refused_and_nothing_is_written() {
    let (_folder, store) = store();
    let mut session = store.session();
    let large = format!("\"{}\"", "x".repeat(LIMITS.value - 1));
    assert!(matches!(
        session.set("a", "k", &large, None),
        Err(StoreError::Value { size, .. }) if size == LIMITS.value + 1
    ));
    assert!(matches!(
        session.set("a", "k", "{", None),
        Err(StoreError::NotJson { .. })
    ));
    assert!(matches!(
        session.compare_and_set("a", "k", None, "nope"),
        Err(StoreError::NotJson { .. })
    ));
    assert!(matches!(
        session.set("a b", "k", "1", None),
        Err(StoreError::Name(NameError::Namespace { .. }))
    ));
    assert!(matches!(
        session.get("a", &"k".repeat(KEY_LENGTH + 1)),
        Err(StoreError::Name(NameError::Key { .. }))
    ));
    assert!(session.is_clean());
    assert!(!store.exists());
}

#[test]
fn a_value_of_the_largest_size_is_kept() {
    let (_folder, store) = store();
    let mut session = store.session();
    let large = format!("\"{}\"", "x".repeat(LIMITS.value - 2));
    session.set("a", "k", &large, None).unwrap();
    session.commit().unwrap();
    assert_eq!(session.get("a", "k").unwrap(), Some(large));
}

#[test]
fn a_record_may_not_write_more_than_its_limit() {
    let (_folder, store) = store();
    let mut session = store.session();
    let large = format!("\"{}\"", "x".repeat(LIMITS.value - 2));
    let fitting = LIMITS.pending / LIMITS.value - 1;
    for number in 0..fitting {
        session.set("a", &number.to_string(), &large, None).unwrap();
    }
    session.begin();
    let string = |length: usize| format!("\"{}\"", "y".repeat(length));
    // What a layer hides is still there, and takes its room.
    session
        .set("a", "0", &string(LIMITS.value - 10_000), None)
        .unwrap();
    assert!(matches!(
        session.set("a", "1", &string(10_000), None),
        Err(StoreError::TooMuch { size }) if size > LIMITS.pending
    ));
    // What is replaced in the same layer gives its room back.
    session.set("a", "0", "1", None).unwrap();
    session.set("a", "1", &string(10_000), None).unwrap();
    session.undo();
    session.set("a", "0", &large, None).unwrap();
    session.discard();
    session.set("a", "0", &large, None).unwrap();
}

#[test]
fn a_store_that_was_removed_is_made_anew_and_not_written_to_unseen() {
    let (folder, store) = store();
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    session.commit().unwrap();
    std::fs::remove_dir_all(folder.path().join(".flow")).unwrap();
    assert_eq!(session.get("a", "k").unwrap(), None);
    session.set("a", "k", "2", None).unwrap();
    session.commit().unwrap();
    let again = Store::at(store.path());
    assert_eq!(again.session().get("a", "k").unwrap().as_deref(), Some("2"));
}

#[test]
fn a_store_that_was_removed_during_a_record_gets_its_writes_all_the_same() {
    let (folder, store) = store();
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    session.commit().unwrap();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));
    std::fs::remove_dir_all(folder.path().join(".flow")).unwrap();
    session.set("a", "k", "2", None).unwrap();
    session.commit().unwrap();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("2"));
    assert!(store.exists());
}

#[test]
fn the_log_of_a_store_that_was_removed_does_not_come_back_in_a_new_one() {
    let (_folder, store) = store();
    let mut session = store.session();
    session.set("a", "old", "1", None).unwrap();
    session.commit().unwrap();
    let log = store.path().with_file_name("memory.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    std::fs::remove_file(store.path()).unwrap();
    session.set("a", "new", "2", None).unwrap();
    session.commit().unwrap();
    assert_eq!(session.list_keys("a", "", None, 10).unwrap().keys, ["new"]);
}
