//! What holds over every DevPod.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use flow_process::{Command, ProcessError};
use flow_workspace::{DevpodError, Level, Origin, Provider, Request, State, WorkspaceError};

use crate::fixture::{Given, Test, call, devcontainer, files};

pub const TESTS: &[Test] = &[
    ("a_workspace_is_made_used_stopped_started_and_deleted", life),
    ("status_and_streams_of_a_program_inside_are_exact", exact),
    ("a_file_comes_out_byte_for_byte", file),
    ("three_are_made_side_by_side", three),
    (
        "what_was_deleted_behind_our_back_is_shown_and_made_anew",
        behind,
    ),
    ("a_folder_that_was_removed_is_shown_and_cleaned", removed),
    ("a_workspace_that_flow_did_not_make_is_left_alone", clash),
    ("changed_files_keep_a_workspace", changed),
    ("the_users_ssh_config_is_never_written", ssh_config),
    (
        "sources_are_copied_and_the_original_is_left_as_it_is",
        origin,
    ),
];

fn life(given: &Given) {
    let id = given.id("a");
    let made = given.create("a").unwrap();
    assert!(made.new && made.state == State::Running, "{made:?}");
    assert_eq!(made.provider, "devpod");
    let again = given.create("a").unwrap();
    assert!(!again.new && again.created == made.created, "{again:?}");
    let listed = given.provider.list(&call()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].state, &listed[0].id), (State::Running, &id));
    assert_eq!(
        given.shell("a", "cat agent.toml").unwrap().stdout,
        b"[agent]\n"
    );

    let stopped = given.provider.stop(&id, &call()).unwrap();
    assert_eq!(stopped.state, State::Stopped);
    given.provider.stop(&id, &call()).unwrap();
    assert_eq!(given.shell("a", "echo awake").unwrap().stdout, b"awake\n");
    assert_eq!(
        given.provider.status(&id, &call()).unwrap().state,
        State::Running
    );
    given.provider.stop(&id, &call()).unwrap();
    assert_eq!(
        given.provider.start(&id, &call()).unwrap().state,
        State::Running
    );

    let events = given.provider.logs(&id, &call()).unwrap();
    assert!(
        events.iter().any(|event| event.message == "stopped"),
        "{events:?}"
    );
    assert!(
        events
            .iter()
            .any(|event| event.level == Level::Info && event.source == "flow")
    );

    given.provider.delete(&id, false, &call()).unwrap();
    assert!(given.provider.list(&call()).unwrap().is_empty());
    assert!(
        !given
            .devpod(&["list", "--output", "json"])
            .contains(id.as_str())
    );
    let error = given.provider.status(&id, &call()).unwrap_err();
    assert!(
        matches!(error, WorkspaceError::NotFound { .. }),
        "{error:?}"
    );
}

fn exact(given: &Given) {
    given.create("a").unwrap();
    for round in 0..3 {
        let line = "printf 'a\\0\\377b'; for i in 1 2 3; do echo \"line $i\" >&2; done; exit 7";
        let ran = given.shell("a", line).unwrap();
        assert_eq!(ran.status, 7, "round {round}");
        assert_eq!(ran.stdout, b"a\0\xffb");
        assert_eq!(ran.stderr, b"line 1\nline 2\nline 3\n");
    }
    let mut command = Command::new("wc", ["-c"], "");
    command.stdin = vec![0; 200_000];
    let never = std::sync::atomic::AtomicBool::new(false);
    let run = |command: &Command| {
        given
            .provider
            .exec(&given.id("a"), command, &never, &mut |_| {})
    };
    assert_eq!(
        String::from_utf8(run(&command).unwrap().stdout)
            .unwrap()
            .trim(),
        "200000"
    );
    let error = run(&Command::new("no-such-program", [""; 0], "")).unwrap_err();
    assert!(
        matches!(
            error,
            WorkspaceError::Process(ProcessError::NotFound { .. })
        ),
        "{error:?}"
    );
    let error = run(&Command::new("true", [""; 0], "no/such/folder")).unwrap_err();
    assert!(
        matches!(
            error,
            WorkspaceError::Process(ProcessError::NoDirectory { .. })
        ),
        "{error:?}"
    );
    command = Command::new("sleep", ["60"], "");
    command.deadline = Some(Duration::from_secs(6));
    let error = run(&command).unwrap_err();
    assert!(
        matches!(
            error,
            WorkspaceError::Process(ProcessError::Deadline { .. })
        ),
        "{error:?}"
    );
}

fn file(given: &Given) {
    given.create("a").unwrap();
    let made = given.shell(
        "a",
        "dd if=/dev/urandom of=big bs=1000 count=3001 2>/dev/null && cksum <big",
    );
    let to = given.directory.path().join("big");
    let size = given
        .provider
        .copy_out(&given.id("a"), Path::new("big"), &to, &call())
        .unwrap();
    assert_eq!(size, 3_001_000);
    let cksum = std::process::Command::new("cksum")
        .stdin(fs::File::open(&to).unwrap())
        .output();
    assert_eq!(cksum.unwrap().stdout, made.unwrap().stdout);
    given.shell("a", "ln -s /etc/passwd link").unwrap();
    for from in ["link", "../x", "none", "."] {
        let error = given
            .provider
            .copy_out(&given.id("a"), Path::new(from), &to, &call());
        assert!(
            matches!(error, Err(WorkspaceError::NoFile { .. })),
            "{from}: {error:?}"
        );
    }
}

fn three(given: &Given) {
    let made = thread::scope(|scope| {
        let threads: Vec<_> = ["a", "b", "c"]
            .map(|name| scope.spawn(move || given.create(name)))
            .into_iter()
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    for made in made {
        assert_eq!(made.unwrap().state, State::Running);
    }
    assert_eq!(given.provider.list(&call()).unwrap().len(), 3);
}

fn behind(given: &Given) {
    let id = given.id("a");
    given.create("a").unwrap();
    given.devpod(&["delete", id.as_str(), "--force"]);
    let row = given.provider.status(&id, &call()).unwrap();
    assert_eq!(row.state, State::Missing);
    assert!(
        matches!(
            row.error,
            Some(WorkspaceError::Devpod(DevpodError::Gone { .. }))
        ),
        "{row:?}"
    );
    let error = given.shell("a", "true").unwrap_err();
    assert!(
        matches!(error, WorkspaceError::Devpod(DevpodError::Gone { .. })),
        "{error:?}"
    );
    fs::write(row.path.join("agent.toml"), "edited").unwrap();
    let again = given.create("a").unwrap();
    assert_eq!(again.state, State::Running);
    assert_eq!(
        fs::read_to_string(row.path.join("agent.toml")).unwrap(),
        "edited"
    );
    given.devpod(&["delete", id.as_str(), "--force"]);
    given.provider.delete(&id, true, &call()).unwrap();
    assert!(given.provider.list(&call()).unwrap().is_empty());
}

fn removed(given: &Given) {
    let id = given.id("a");
    let made = given.create("a").unwrap();
    fs::remove_dir_all(made.path.parent().unwrap()).unwrap();
    let rows = given.provider.list(&call()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].state, State::Missing);
    given.provider.delete(&id, false, &call()).unwrap();
    assert!(given.provider.list(&call()).unwrap().is_empty());
    let made = given.create("a").unwrap();
    assert!(made.new);
    fs::remove_dir_all(made.path.parent().unwrap()).unwrap();
    assert!(given.create("a").unwrap().new);
}

fn clash(given: &Given) {
    let id = given.id("a");
    let folder = given.directory.path().join("users");
    for (path, contents) in files().into_iter().chain([devcontainer()]) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    let ssh_config = given.directory.path().join("ssh_config");
    let up = [
        "up",
        folder.to_str().unwrap(),
        "--id",
        id.as_str(),
        "--ide",
        "none",
        "--open-ide=false",
        "--ssh-config",
        ssh_config.to_str().unwrap(),
        "--devcontainer-path",
        crate::fixture::DEVCONTAINER,
    ];
    given.devpod(&up);
    let error = given.create("a").unwrap_err();
    assert!(
        matches!(error, WorkspaceError::Devpod(DevpodError::Clash { .. })),
        "{error:?}"
    );
    assert!(
        given
            .devpod(&["list", "--output", "json"])
            .contains(id.as_str())
    );
    assert!(given.provider.list(&call()).unwrap().is_empty());
    given.devpod(&["delete", id.as_str(), "--force"]);
    assert!(folder.join("agent.toml").exists());
}

fn changed(given: &Given) {
    let made = given.create("a").unwrap();
    fs::write(made.path.join("agent.toml"), "edited").unwrap();
    let error = given
        .provider
        .delete(&given.id("a"), false, &call())
        .unwrap_err();
    assert!(
        matches!(error, WorkspaceError::Modified { .. }),
        "{error:?}"
    );
    assert_eq!(
        given
            .provider
            .status(&given.id("a"), &call())
            .unwrap()
            .state,
        State::Running
    );
    given
        .provider
        .delete(&given.id("a"), true, &call())
        .unwrap();
}

fn ssh_config(given: &Given) {
    let folder = given.home().join(".ssh");
    fs::create_dir(&folder).unwrap();
    let config = folder.join("config");
    // Without a line break at its end, which DevPod would not keep either.
    let text = "Host mine\n  User zoe\n\n";
    fs::write(&config, text).unwrap();
    given.create("a").unwrap();
    given.provider.stop(&given.id("a"), &call()).unwrap();
    given.shell("a", "true").unwrap();
    given
        .provider
        .delete(&given.id("a"), false, &call())
        .unwrap();
    assert_eq!(fs::read_to_string(&config).unwrap(), text);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

fn origin(given: &Given) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let from = given.directory.path().join("from");
    fs::create_dir_all(from.join("src")).unwrap();
    fs::create_dir_all(from.join("node_modules/x")).unwrap();
    fs::write(from.join("src/run.sh"), "#!/bin/sh\necho ran\n").unwrap();
    fs::set_permissions(from.join("src/run.sh"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("src/run.sh", from.join("link")).unwrap();
    fs::write(from.join("package.json"), "{}").unwrap();
    let before = fs::metadata(from.join("src/run.sh")).unwrap();
    let origin = Origin::fetch("from", given.directory.path(), &call()).unwrap();
    let (files, devcontainer) = (files(), devcontainer());
    let request = Request {
        id: &given.id("a"),
        language: "rust",
        from: Some(&origin),
        files: &files,
        devcontainer: Some(&devcontainer),
    };
    let made = given.provider.create(request, &call()).unwrap();
    assert!(!made.path.join("node_modules").exists());
    assert_eq!(given.shell("a", "./link").unwrap().stdout, b"ran\n");
    let after = fs::metadata(from.join("src/run.sh")).unwrap();
    let facts = |data: &fs::Metadata| (data.uid(), data.gid(), data.mode(), data.mtime());
    assert_eq!(facts(&before), facts(&after));
    given
        .provider
        .delete(&given.id("a"), false, &call())
        .unwrap();
    assert!(from.join("src/run.sh").exists());
}
