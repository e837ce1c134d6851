//! Files that are not what they should be. None of them is ever written to.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::fs;
use std::path::{Path, PathBuf};

use flow_store::{Entry, Filter, Import, Session, Store, StoreError};
use miette::Diagnostic;

/// A store with `keys` keys in one file, without a log beside it.
fn filled(folder: &Path, keys: usize) -> PathBuf {
    let path = folder.join("memory.db");
    let store = Store::at(&path);
    let mut session = store.session();
    for key in 0..keys {
        let value = format!("\"value of {key}\"");
        session
            .set("a", &format!("key {key:06}"), &value, None)
            .unwrap();
    }
    session.commit().unwrap();
    drop(session);
    drop(store);
    assert!(!folder.join("memory.db-wal").exists());
    path
}

/// Tries everything that reads or writes, and returns the errors.
fn tried(path: &Path) -> Vec<StoreError> {
    let store = Store::at(path);
    let entry = Entry {
        namespace: "a".to_owned(),
        key: "new".to_owned(),
        value: "1".to_owned(),
        created: std::time::SystemTime::now(),
        updated: std::time::SystemTime::now(),
        expires: None,
    };
    let import = |dry_run| {
        let options = Import {
            overwrite: true,
            dry_run,
        };
        store.import(vec![entry.clone()], options).map(drop)
    };
    // Each in a session of its own, which ends with it and lets go of what it holds.
    let session = |action: fn(&mut Session) -> Result<(), StoreError>| {
        let mut session = store.session();
        action(&mut session)
    };
    [
        session(|session| {
            session.set("a", "new", "1", None)?;
            session.commit()
        }),
        session(|session| session.get("a", "key 000000").map(drop)),
        session(|session| session.delete("a", "key 000000").map(drop)),
        session(|session| session.list_keys("a", "", None, 10).map(drop)),
        session(|session| session.compare_and_set("a", "k", None, "1").map(drop)),
        store.entries(&Filter::default()).map(drop),
        store.search("value", &Filter::default()).map(drop),
        store.namespaces().map(drop),
        store.statistics().map(drop),
        store.digest().map(drop),
        import(true),
        import(false),
    ]
    .into_iter()
    .filter_map(Result::err)
    .collect()
}

/// Has everything that can be tried fail with `code`, and the file stay as it is.
fn assert_refused(path: &Path, code: &str) {
    let before = fs::read(path).unwrap();
    let errors = tried(path);
    assert_eq!(errors.len(), 12, "{errors:?} with {} bytes", before.len());
    for error in errors {
        assert_eq!(error.code().unwrap().to_string(), code, "{error}");
        assert!(error.to_string().contains("memory.db"), "{error}");
        assert!(error.help().is_some());
    }
    assert!(fs::read(path).unwrap() == before, "the file was written to");
}

fn change(path: &Path, statement: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(statement).unwrap();
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 10);
    change(&path, "PRAGMA user_version = 7");
    assert_refused(&path, "flow::store::newer");
    let error = Store::at(&path).digest().unwrap_err();
    assert!(matches!(
        error,
        StoreError::Newer {
            version: 7,
            supported: 1,
            ..
        }
    ));
}

#[test]
fn the_log_beside_a_store_that_is_not_understood_is_left_alone() {
    for statement in [
        "PRAGMA user_version = 7",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = -1",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 10);
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(statement).unwrap();
        // As a killed process leaves it: the last close would merge the log.
        let copy = tempfile::tempdir().unwrap();
        let [file, log] = ["memory.db", "memory.db-wal"].map(|name| {
            fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
            copy.path().join(name)
        });
        let before = (fs::read(&file).unwrap(), fs::read(&log).unwrap());
        assert!(before.1.len() > 4096);
        assert_eq!(tried(&file).len(), 12);
        assert!((fs::read(&file).unwrap(), fs::read(&log).unwrap()) == before);
    }
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    change(&path, "CREATE TABLE memory (id INTEGER)");
    assert_refused(&path, "flow::store::foreign");

    let path = folder.path().join("marked memory.db");
    change(&path, "PRAGMA application_id = 42");
    assert_refused(&path, "flow::store::foreign");
}

#[test]
fn garbage_is_damaged_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    for length in [1_usize, 100, 512, 20_000] {
        let garbage: Vec<u8> = (0..length).map(|index| (index * 31 % 251) as u8).collect();
        fs::write(&path, garbage).unwrap();
        assert_refused(&path, "flow::store::damaged");
    }
}

#[test]
fn a_truncated_store_is_damaged_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 2000);
    let whole = fs::read(&path).unwrap();
    for length in [
        60,
        1000,
        4096,
        3 * 4096,
        whole.len() - 4096,
        whole.len() - 1,
    ] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_refused(&path, "flow::store::damaged");
    }
}

#[test]
fn tables_that_are_not_those_of_flow_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 1);
    change(&path, "ALTER TABLE memory RENAME COLUMN expires TO other");
    assert_refused(&path, "flow::store::damaged");
    change(&path, "DROP TABLE memory");
    assert_refused(&path, "flow::store::damaged");
    let error = Store::at(&path).digest().unwrap_err();
    assert!(
        error.to_string().ends_with("no such table: memory"),
        "{error}"
    );
}

#[test]
fn a_page_that_is_overwritten_is_damage_to_those_who_come_upon_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 5000);
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    for page in 1..pages {
        let mut flipped = whole.clone();
        for byte in &mut flipped[page * 4096..(page + 1) * 4096] {
            *byte = !*byte;
        }
        fs::write(&path, &flipped).unwrap();
        let store = Store::at(&path);
        let wrong = store.digest();
        if let Ok(digest) = &wrong {
            // Only the page of an index that a scan does not need.
            fs::write(&path, &whole).unwrap();
            assert_eq!(*digest, Store::at(&path).digest().unwrap(), "page {page}");
            continue;
        }
        assert!(
            matches!(wrong, Err(StoreError::Damaged { .. })),
            "{wrong:?}"
        );
        let mut session = store.session();
        for key in (0..5000).step_by(50) {
            let key = format!("key {key:06}");
            match session.get("a", &key) {
                Ok(found) => assert!(found.is_some(), "{key} is lost in silence"),
                Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error}"),
            }
        }
        drop(session);
        drop(store);
        assert!(
            fs::read(&path).unwrap() == flipped,
            "the file was written to"
        );
    }
    assert!(pages > 20);
}

#[test]
fn an_empty_file_is_a_store_in_which_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    fs::write(&path, "").unwrap();
    let store = Store::at(&path);
    let mut session = store.session();
    assert_eq!(session.get("a", "k").unwrap(), None);
    assert_eq!(store.statistics().unwrap().schema, 0);
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    session.set("a", "k", "1", None).unwrap();
    session.commit().unwrap();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));
    assert_eq!(store.statistics().unwrap().schema, 1);
}

#[test]
fn a_folder_or_a_file_in_the_way_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    fs::create_dir(&path).unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let below = folder.path().join("file/memory.db");
    for path in [&path, &below] {
        let errors = tried(path);
        assert_eq!(errors.len(), 12);
        for error in errors {
            assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
        }
    }
}
