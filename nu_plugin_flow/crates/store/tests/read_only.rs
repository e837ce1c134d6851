//! A store that this user may not write.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use flow_store::{Store, StoreError};

const CHILD: &str = "FLOW_TEST_STORE";

/// Runs one test of this program, as the child, as a user whom permissions bind: root they do not.
fn run_as_other(name: &str, folder: &Path) {
    // Where this program is may be closed to others: they run a copy.
    let program = folder.join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(&program);
    command
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, folder);
    if fs::metadata(folder).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_store_that_may_only_be_read_says_so_when_it_is_written() {
    if std::env::var_os(CHILD).is_some() {
        return the_child_that_may_only_read();
    }
    let folder = tempfile::tempdir().unwrap();
    set_mode(folder.path(), 0o755);
    let path = folder.path().join("memory.db");
    let store = Store::at(&path);
    let mut session = store.session();
    session.set("a", "k", "1", None).unwrap();
    session.commit().unwrap();
    for file in ["memory.db", "memory.db-wal", "memory.db-shm"] {
        set_mode(&folder.path().join(file), 0o644);
    }
    fs::create_dir(folder.path().join("closed")).unwrap();
    set_mode(&folder.path().join("closed"), 0o555);
    if fs::metadata(folder.path()).unwrap().uid() != 0 {
        for file in ["memory.db", "memory.db-wal", "memory.db-shm"] {
            set_mode(&folder.path().join(file), 0o444);
        }
    }
    run_as_other(
        "a_store_that_may_only_be_read_says_so_when_it_is_written",
        folder.path(),
    );
    set_mode(&folder.path().join("closed"), 0o755);
}

fn the_child_that_may_only_read() {
    let folder = std::env::var_os(CHILD).unwrap();
    let folder = Path::new(&folder);
    let store = Store::at(&folder.join("memory.db"));
    let mut session = store.session();
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));
    session.set("a", "k", "2", None).unwrap();
    let error = session.commit().unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert!(session.is_clean());
    assert_eq!(session.get("a", "k").unwrap().as_deref(), Some("1"));

    let closed = Store::at(&folder.join("closed/.flow/memory.db"));
    let mut session = closed.session();
    assert_eq!(session.get("a", "k").unwrap(), None);
    session.set("a", "k", "2", None).unwrap();
    let error = session.commit().unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
}
