//! What goes wrong with DevPod, as it was recorded.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use flow_workspace::{Call, DevpodError, Provider, Providers, Request, State, WorkspaceError};
use miette::Diagnostic;

use crate::fixture::{Given, Test, call};

pub const TESTS: &[Test] = &[
    (
        "a_failed_up_says_the_real_reason_and_leaves_nothing",
        failed_up,
    ),
    ("a_lost_end_is_tried_once_more_and_no_oftener", lost_end),
    ("a_half_written_listing_is_read_again", half_listing),
    ("lost_stderr_is_not_lost", lost_stderr),
    ("a_broken_connection_is_an_error_and_no_result", broken),
    ("an_up_that_hangs_is_stopped_at_its_deadline", hanging_up),
    ("a_cancelled_up_leaves_nothing", cancelled_up),
    (
        "a_hanging_connection_meets_the_deadline_of_its_program",
        hanging_ssh,
    ),
    ("a_delete_that_deletes_nothing_is_an_error", undeleted),
    ("without_docker_a_container_is_not_forgotten", no_docker),
    ("an_unsupported_or_missing_devpod_is_an_error", unsupported),
    ("a_probe_says_what_is_missing", probe),
    ("no_secret_is_told_or_kept", secrets),
    ("devpods_variables_are_not_those_of_the_user", variables),
    (
        "a_damaged_record_is_forced_away_together_with_the_container",
        damaged,
    ),
    (
        "what_is_left_of_a_removed_folder_is_told_as_missing",
        removed,
    ),
    ("a_hanging_list_holds_nobody_who_has_none", hanging_list),
];

fn up_error(error: WorkspaceError) -> (String, String) {
    assert!(
        matches!(error, WorkspaceError::Devpod(DevpodError::Up { .. })),
        "{error:?}"
    );
    (error.to_string(), error.help().unwrap().to_string())
}

fn is_nothing_left(given: &Given) {
    assert!(given.provider.list(&call()).unwrap().is_empty());
    assert_eq!(given.devpod(&["list", "--output", "json"]), "[]");
    let folder = given.directory.path().join("data/workspaces");
    let left: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn failed_up(given: &Given) {
    given.faults("up@a fail 1 no space left on device");
    let (message, help) = up_error(given.create("a").unwrap_err());
    assert!(message.contains("no space left on device\n"), "{message}");
    assert!(message.contains("Pulling image"), "{message}");
    assert!(help.contains("flow provision"), "{help}");
    is_nothing_left(given);
    assert!(given.create("a").unwrap().new);
    given.faults("up fail - Cannot connect to the Docker daemon at unix:///var/run/docker.sock.");
    let (_, help) = up_error(given.create("b").unwrap_err());
    assert!(help.contains("start Docker"), "{help}");
}

fn lost_end(given: &Given) {
    given.faults("up eof 1");
    assert_eq!(given.create("a").unwrap().state, State::Running);
    given.faults("up eof 2");
    let (message, _) = up_error(given.create("b").unwrap_err());
    assert!(message.contains("run agent command: EOF"), "{message}");
    let ups = given
        .calls()
        .lines()
        .filter(|line| line.starts_with("up "))
        .count();
    assert_eq!(ups, 4);
    given.faults("up fail 1 nothing to be mended");
    given.create("c").unwrap_err();
    let ups = given
        .calls()
        .lines()
        .filter(|line| line.starts_with("up "))
        .count();
    assert_eq!(ups, 5, "only a lost end is tried again");
}

fn half_listing(given: &Given) {
    given.create("a").unwrap();
    given.create("b").unwrap();
    given.faults("list omit 3\nlist garbage 2");
    let rows = given.provider.list(&call()).unwrap();
    assert!(
        rows.iter().all(|row| row.state == State::Running),
        "{rows:?}"
    );
    assert_eq!(rows.len(), 2);
    given.faults("list garbage -");
    let rows = given.provider.list(&call()).unwrap();
    assert_eq!(rows.len(), 2, "what flow knows is shown all the same");
    assert!(rows.iter().all(|row| row.error.is_some()), "{rows:?}");
}

fn lost_stderr(given: &Given) {
    given.create("a").unwrap();
    given.faults("ssh lose-stderr -");
    let ran = given.shell("a", "echo told >&2; exit 3").unwrap();
    assert_eq!(
        (ran.status, ran.stderr.as_slice()),
        (3, b"told\n".as_slice())
    );
}

fn broken(given: &Given) {
    given.create("a").unwrap();
    given.faults("ssh break 1 90");
    let error = given.shell("a", "head -c 100000 /dev/zero").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("in the middle"), "{text}");
    given.faults("ssh refuse 2 handshake failed: EOF");
    let text = given.shell("a", "true").unwrap_err().to_string();
    assert!(text.contains("handshake failed"), "{text}");
    given.faults("ssh refuse 1 handshake failed: EOF");
    assert_eq!(given.shell("a", "echo once").unwrap().stdout, b"once\n");
}

fn hanging_up(given: &Given) {
    given.faults("up hang 1");
    let never = AtomicBool::new(false);
    let started = Instant::now();
    let within = Call::new(&never, Some(Duration::from_secs(3)));
    let error = given.create_within("a", &within).unwrap_err();
    assert!(
        matches!(error, WorkspaceError::Devpod(DevpodError::Deadline { .. })),
        "{error:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(20));
    is_nothing_left(given);
}

fn cancelled_up(given: &Given) {
    given.faults("up hang 1");
    let cancel = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !given.calls().contains("up ") {
                thread::sleep(Duration::from_millis(10));
            }
            thread::sleep(Duration::from_millis(200));
            cancel.store(true, Ordering::Relaxed);
        });
        let error = given
            .create_within("a", &Call::new(&cancel, None))
            .unwrap_err();
        assert!(matches!(error, WorkspaceError::Cancelled), "{error:?}");
    });
    is_nothing_left(given);
}

fn hanging_ssh(given: &Given) {
    given.create("a").unwrap();
    given.faults("ssh hang 1");
    let command = flow_process::Command {
        deadline: Some(Duration::from_secs(2)),
        ..flow_process::Command::new("true", [""; 0], "")
    };
    let never = AtomicBool::new(false);
    let error = given
        .provider
        .exec(&given.id("a"), &command, &never, &mut |_| {})
        .unwrap_err();
    assert!(error.to_string().contains("stopped after 2s"), "{error}");
}

fn undeleted(given: &Given) {
    given.create("a").unwrap();
    given.faults("delete forget 1");
    let error = given
        .provider
        .delete(&given.id("a"), true, &call())
        .unwrap_err();
    assert!(
        matches!(
            error,
            WorkspaceError::Devpod(DevpodError::NotDeleted { .. })
        ),
        "{error:?}"
    );
    given
        .provider
        .delete(&given.id("a"), false, &call())
        .unwrap();
    is_nothing_left(given);
}

fn no_docker(given: &Given) {
    given.create("a").unwrap();
    given
        .faults("status fail - Cannot connect to the Docker daemon at unix:///var/run/docker.sock");
    let row = given.provider.status(&given.id("a"), &call()).unwrap();
    assert_eq!(row.state, State::Failed);
    let error = given
        .provider
        .delete(&given.id("a"), false, &call())
        .unwrap_err();
    assert!(
        matches!(error, WorkspaceError::Devpod(DevpodError::Docker { .. })),
        "{error:?}"
    );
    assert!(
        given
            .devpod(&["list", "--output", "json"])
            .contains(given.id("a").as_str())
    );
    given
        .provider
        .delete(&given.id("a"), true, &call())
        .unwrap();
}

fn unsupported(given: &Given) {
    given.faults("version is - v0.5.22");
    let error = given.create("a").unwrap_err();
    assert!(error.to_string().contains("v0.5.22"), "{error}");
    given.faults("");
    assert!(given.create("a").is_ok());
    let provider = given.again(|settings| settings.program = Some("/no/such/devpod".to_owned()));
    let error = provider.probe(&call()).unwrap_err();
    assert!(error.help().unwrap().to_string().contains("FLOW_DEVPOD"));
    // Its workspaces are shown with the reason why nothing more is known.
    let rows = provider.list(&call()).unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].error.is_some() && rows[0].state == State::Failed);
}

fn probe(given: &Given) {
    assert_eq!(
        given.provider.probe(&call()).unwrap(),
        "DevPod v0.6.15 with provider `double`"
    );
    given.faults("provider none 1");
    let error = given.provider.probe(&call()).unwrap_err();
    assert!(
        error
            .help()
            .unwrap()
            .to_string()
            .contains("devpod provider add docker")
    );
    given.faults("provider docker - /no/such/docker");
    let error = given.provider.probe(&call()).unwrap_err().to_string();
    assert!(error.contains("/no/such/docker"), "{error}");
    given.faults("provider docker - false");
    let error = given.provider.probe(&call()).unwrap_err();
    assert!(
        matches!(error, WorkspaceError::Devpod(DevpodError::Docker { .. })),
        "{error:?}"
    );
    given.faults("provider docker - true");
    assert!(given.provider.probe(&call()).is_ok());
}

fn secrets(given: &Given) {
    let secret = "hunter2-hunter2";
    let provider = given.again(|settings| {
        let environment = settings.environment.as_mut().unwrap();
        environment.insert("DOUBLE_TOKEN".to_owned(), secret.to_owned());
    });
    let files = crate::fixture::files();
    let id = given.id("a");
    let request = flow_workspace::Request {
        id: &id,
        language: "rust",
        from: None,
        files: &files,
        devcontainer: None,
    };
    given.faults("up fail 1 denied");
    let error = provider.create(request, &call()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
    provider.create(request, &call()).unwrap();
    let logs = format!("{:?}", provider.logs(&id, &call()).unwrap());
    assert!(
        logs.contains("password ***") && !logs.contains(secret),
        "{logs}"
    );
}

fn variables(given: &Given) {
    let provider = given.again(|settings| {
        let environment = settings.environment.as_mut().unwrap();
        for name in ["DEVPOD_PROVIDER", "DEVPOD_CONFIGURE_SSH", "DEVPOD_ID"] {
            environment.insert(name.to_owned(), "the user's".to_owned());
        }
    });
    provider.list(&call()).unwrap();
    let calls = given.calls();
    assert!(calls.contains("DEVPOD_DISABLE_TELEMETRY=true"), "{calls}");
    assert!(
        calls.contains("DEVPOD_HOME=") && !calls.contains("the user's"),
        "{calls}"
    );
}

/// All providers over the same data.
fn all(given: &Given) -> Providers {
    let data = given.directory.path().join("data");
    Providers::new(Some(&data), &given.settings()).unwrap()
}

fn damaged(given: &Given) {
    let made = given.create("a").unwrap();
    let record = made.path.with_file_name("record.json");
    fs::write(record, "{\"schema\": 1").unwrap();
    let error = all(given).delete(&made.id, false, &call()).unwrap_err();
    assert!(matches!(error, WorkspaceError::Damaged { .. }), "{error:?}");
    all(given).delete(&made.id, true, &call()).unwrap();
    is_nothing_left(given);
}

fn removed(given: &Given) {
    let made = given.create("a").unwrap();
    fs::remove_dir_all(made.path.parent().unwrap()).unwrap();
    let error = all(given).start(&made.id, &call()).unwrap_err();
    assert!(matches!(error, WorkspaceError::Missing { .. }), "{error:?}");
    all(given).delete(&made.id, false, &call()).unwrap();
    is_nothing_left(given);
}

fn hanging_list(given: &Given) {
    given.faults("list hang 9");
    let started = Instant::now();
    let rows = all(given).list(&call()).unwrap();
    assert!(rows.is_empty(), "{rows:?}");
    let waited = started.elapsed();
    assert!((3..30).contains(&waited.as_secs()), "{waited:?}");
    // Nobody asks DevPod about a folder of this machine.
    let local = all(given).only("local");
    let (id, files) = (given.id("b"), Vec::new());
    let request = Request {
        id: &id,
        language: "rust",
        from: None,
        files: &files,
        devcontainer: None,
    };
    local.create(request, &call()).unwrap();
    let asked = given.calls();
    assert!(local.has(&id, &call()).unwrap());
    local.stop(&id, &call()).unwrap();
    local.delete(&id, false, &call()).unwrap();
    assert_eq!(given.calls(), asked);
}
