//! A process that is killed at any moment while it makes and deletes workspaces.

use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use flow_workspace::{Provider, State, WorkspaceError};

use crate::fixture::{Given, Kind, Test, call};

const CHILD: &str = "FLOW_TEST_DEVPOD_CHILD";

pub const TESTS: &[Test] = &[(
    "whoever_is_killed_leaves_a_workspace_that_can_be_used_or_finished_or_deleted",
    killed,
)];

pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Makes and deletes one workspace for ever, in the directory of the test that started it.
pub fn child() -> ExitCode {
    let directory = std::env::var(CHILD).unwrap();
    let (prefix, path) = directory.split_once(' ').unwrap();
    let given = Given::in_directory(path.as_ref(), prefix);
    loop {
        given.create("a").unwrap();
        given
            .provider
            .delete(&given.id("a"), false, &call())
            .unwrap();
    }
}

fn killed(given: &Given) {
    assert!(matches!(given.kind, Kind::Double));
    let mut half_made = 0;
    for round in 0..12 {
        given.faults("up slow - 0.15");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(
                CHILD,
                format!("{} {}", given.prefix(), given.directory.path().display()),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(150 + round * 61));
        child.kill().unwrap();
        child.wait().unwrap();
        given.faults("");
        for row in given.provider.list(&call()).unwrap() {
            match (row.state, &row.error) {
                (State::Running, None) | (State::Missing, Some(_)) => {}
                (State::Failed, Some(WorkspaceError::HalfMade { .. })) => half_made += 1,
                other => panic!("round {round}: {other:?}"),
            }
        }
        if round % 2 == 0 {
            let made = given.create("a").unwrap();
            assert_eq!(made.state, State::Running, "round {round}");
            assert_eq!(
                given.shell("a", "cat agent.toml").unwrap().stdout,
                b"[agent]\n"
            );
        }
        if !given.provider.list(&call()).unwrap().is_empty() {
            given
                .provider
                .delete(&given.id("a"), true, &call())
                .unwrap();
        }
        assert!(
            given.provider.list(&call()).unwrap().is_empty(),
            "round {round}"
        );
        assert_eq!(
            given.devpod(&["list", "--output", "json"]),
            "[]",
            "round {round}"
        );
    }
    assert!(
        half_made > 0,
        "no kill hit a half-made workspace: the test shows nothing"
    );
}
