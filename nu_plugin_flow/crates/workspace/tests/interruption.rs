//! What other processes do to workspaces: one that is killed at any moment, one that may only read.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use flow_workspace::{Call, LocalProvider, Provider, Request, State, WorkspaceError, WorkspaceId};

const CHILD: &str = "FLOW_TEST_CHILD_DATA";
const FILES: usize = 60;

fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let contents = |number: usize| vec![b'0' + (number % 10) as u8; 20_000];
    (0..FILES)
        .map(|number| (format!("src/{number}.rs").into(), contents(number)))
        .collect()
}

fn id() -> WorkspaceId {
    "rust-1".parse().unwrap()
}

fn create(provider: &LocalProvider) -> Result<flow_workspace::Workspace, WorkspaceError> {
    let cancel = AtomicBool::new(false);
    let request = Request {
        id: &id(),
        language: "rust",
        files: &files(),
        from: None,
        devcontainer: None,
    };
    provider.create(request, &Call::new(&cancel, None))
}

fn delete(provider: &LocalProvider) -> Result<(), WorkspaceError> {
    let cancel = AtomicBool::new(false);
    provider.delete(&id(), false, &Call::new(&cancel, None))
}

fn list(provider: &LocalProvider) -> Vec<flow_workspace::Workspace> {
    let cancel = AtomicBool::new(false);
    provider.list(&Call::new(&cancel, None)).unwrap()
}

/// This test program again, to run only the ignored test `name`.
fn child(name: &str, data: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env(CHILD, data);
    command
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map(Iterator::count).unwrap_or(0)
}

#[test]
#[ignore = "the child of the test below"]
fn child_makes_and_deletes_for_ever() {
    let Some(data) = std::env::var_os(CHILD) else {
        return;
    };
    let provider = LocalProvider::at(Path::new(&data));
    loop {
        create(&provider).unwrap();
        delete(&provider).unwrap();
    }
}

fn spawn_busy(data: &Path) -> Child {
    let mut command = child("child_makes_and_deletes_for_ever", data);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while entries(&data.join("workspaces/.staging")) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "the child failed");
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the child does nothing"
        );
        thread::sleep(Duration::from_millis(1));
    }
    child
}

#[test]
fn a_process_killed_at_any_moment_leaves_a_whole_workspace_or_none() {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    let staging = directory.path().join("workspaces/.staging");
    let mut garbage = 0;
    for round in 0..40 {
        let mut child = spawn_busy(directory.path());
        thread::sleep(Duration::from_micros(round * 730));
        child.kill().unwrap();
        child.wait().unwrap();
        garbage += entries(&staging);
        let rows = list(&provider);
        assert_eq!(entries(&staging), 0, "round {round}: garbage is left");
        for row in rows {
            assert_eq!(row.state, State::Running, "round {round}: {row:?}");
            assert_eq!(
                entries(&row.path.join("src")),
                FILES,
                "round {round}: half made"
            );
            delete(&provider).unwrap();
        }
        let row = create(&provider).unwrap();
        assert!(row.new, "round {round}");
        delete(&provider).unwrap();
    }
    assert!(
        garbage > 0,
        "no kill hit a half-made workspace: the test shows nothing"
    );
}

#[test]
#[ignore = "the child of the test below"]
fn child_may_only_read() {
    let Some(data) = std::env::var_os(CHILD) else {
        return;
    };
    let provider = LocalProvider::at(Path::new(&data));
    let rows = list(&provider);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].state, State::Running);
    let error = delete(&provider).unwrap_err();
    assert!(matches!(error, WorkspaceError::Storage { .. }), "{error:?}");
    let error = create(&provider).unwrap_err();
    assert!(matches!(error, WorkspaceError::Storage { .. }), "{error:?}");
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(help.contains("FLOW_DATA_DIR"), "{help}");
    println!("checked");
}

/// Sets the modes of all folders and files below `path`.
fn set_modes(path: &Path, folders: u32, files: u32) {
    let metadata = fs::symlink_metadata(path).unwrap();
    if metadata.is_dir() {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        for entry in fs::read_dir(path).unwrap() {
            set_modes(&entry.unwrap().path(), folders, files);
        }
    }
    let mode = if metadata.is_dir() { folders } else { files };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_read_only_data_directory_is_listed_and_otherwise_refused() {
    let directory = tempfile::tempdir().unwrap();
    create(&LocalProvider::at(directory.path())).unwrap();
    set_modes(directory.path(), 0o555, 0o444);
    // Root may write anywhere, so its child becomes nobody, and runs a copy that nobody can reach.
    let program = tempfile::Builder::new()
        .prefix("flow-test-")
        .tempdir()
        .unwrap();
    fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = program.path().join("interruption");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let mut command = Command::new(&copy);
    command.args(["--exact", "child_may_only_read", "--ignored", "--nocapture"]);
    command.env(CHILD, directory.path()).current_dir("/");
    if std::os::unix::fs::MetadataExt::uid(&fs::metadata(program.path()).unwrap()) == 0 {
        command.uid(65534);
    }
    let output = command.output().unwrap();
    set_modes(directory.path(), 0o755, 0o644);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && text.contains("checked"),
        "{text}"
    );
}
