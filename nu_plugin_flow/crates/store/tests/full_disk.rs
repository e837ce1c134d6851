//! A disk that is full, which is a small one in memory.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flow_store::{Store, StoreError};

const CHILD: &str = "FLOW_TEST_DISK";
const MOUNT: &str = r#"mount -t tmpfs -o size=1m tmpfs "$FLOW_TEST_DISK" && exec "$@""#;

/// Runs `program` where a disk of 1 MiB is mounted on `disk`, for it alone.
fn run_with_disk(disk: &Path, program: &[&str]) -> Option<Output> {
    Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            MOUNT,
            "sh",
        ])
        .args(program)
        .env(CHILD, disk)
        .output()
        .ok()
}

#[test]
fn a_disk_that_is_full_loses_nothing_that_was_committed() {
    if std::env::var_os(CHILD).is_some() {
        return the_child_that_has_a_small_disk();
    }
    let folder = tempfile::tempdir().unwrap();
    let mounts = run_with_disk(folder.path(), &["true"]);
    if !mounts.is_some_and(|output| output.status.success()) {
        println!("skipped: this system lets nobody mount a disk of their own");
        return;
    }
    let program = std::env::current_exe().unwrap();
    let name = "a_disk_that_is_full_loses_nothing_that_was_committed";
    let program = [program.to_str().unwrap(), "--exact", name];
    let output = run_with_disk(folder.path(), &program).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

/// Leaves no room on the disk but what `free` bytes take.
fn fill_up(disk: &Path, free: usize) -> PathBuf {
    let ballast = disk.join("ballast");
    for size in (0..256).rev() {
        if fs::write(&ballast, vec![0; size * 4096]).is_ok() {
            let kept = (size * 4096).saturating_sub(free);
            fs::write(&ballast, vec![0; kept]).unwrap();
            break;
        }
    }
    ballast
}

fn the_child_that_has_a_small_disk() {
    let disk = PathBuf::from(std::env::var_os(CHILD).unwrap());
    // How much room there is decides at what the making and the writing fail.
    for room in 0..40 {
        let path = disk.join(".flow/memory.db");
        let ballast = fill_up(&disk, room * 4096);
        let store = Store::at(&path);
        let mut committed = 0_u64;
        let mut session = store.session();
        let error = loop {
            let value = format!("\"{}\"", "x".repeat(5000));
            session
                .set("pair", &committed.to_string(), "1", None)
                .unwrap();
            session
                .set("other", &committed.to_string(), &value, None)
                .unwrap();
            match session.commit() {
                Ok(()) => committed += 1,
                Err(error) => break error,
            }
        };
        assert!(
            matches!(error, StoreError::Full { .. }),
            "room for {room}: {error:?}"
        );
        let namespaces = Store::at(&path).namespaces();
        let keys = |store: &Store| -> Vec<u64> {
            let namespaces = store.namespaces().unwrap();
            namespaces.iter().map(|of| of.keys).collect()
        };
        match namespaces {
            // Without room even for its shared memory, a store cannot be read.
            Err(error) => assert!(matches!(error, StoreError::Full { .. }), "{error:?}"),
            Ok(_) if committed == 0 => assert_eq!(keys(&store), [0; 0]),
            Ok(_) => assert_eq!(keys(&store), [committed; 2]),
        }
        fs::remove_file(ballast).unwrap();
        session.set("other", "new", "1", None).unwrap();
        session.set("pair", "new", "1", None).unwrap();
        session.commit().unwrap();
        assert_eq!(
            keys(&Store::at(&path)),
            [committed + 1; 2],
            "room for {room}"
        );
        drop(session);
        drop(store);
        fs::remove_dir_all(disk.join(".flow")).unwrap();
    }
}
