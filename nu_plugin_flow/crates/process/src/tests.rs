use miette::Diagnostic;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{Command, Outcome};
use crate::error::ProcessError;
use crate::run::{LINGER, run};

fn shell(script: &str) -> Command {
    Command::shell(script, std::env::temp_dir())
}

fn run_quietly(command: &Command) -> Result<Outcome, ProcessError> {
    run(command, &AtomicBool::new(false), &mut |_| {})
}

/// Whether a process of this id exists and is not a zombie.
fn alive(pid: &str) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.contains(") Z "),
        Err(_) => false,
    }
}

#[test]
fn status_and_both_streams_are_exact() {
    let outcome = run_quietly(&shell(r"printf 'a\0b'; printf 'c\377' >&2; exit 7")).unwrap();
    assert_eq!(outcome.status, 7);
    assert_eq!(outcome.stdout, b"a\0b");
    assert_eq!(outcome.stderr, b"c\xff");
}

#[test]
fn a_signal_counts_as_128_plus_its_number() {
    assert_eq!(run_quietly(&shell("kill -9 $$")).unwrap().status, 137);
}

#[test]
fn lines_of_stderr_arrive_while_the_program_runs() {
    let mut lines = Vec::new();
    let started = Instant::now();
    let command = shell(r"printf 'one\r\ntw' >&2; sleep 0.4; printf 'o\n\nlast' >&2");
    run(&command, &AtomicBool::new(false), &mut |line| {
        lines.push((line.to_owned(), started.elapsed()));
    })
    .unwrap();
    let texts: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(texts, ["one", "two", "", "last"]);
    assert!(lines[0].1 < Duration::from_millis(350), "{:?}", lines[0].1);
    assert!(lines[1].1 >= Duration::from_millis(400), "{:?}", lines[1].1);
}

#[test]
fn large_input_and_output_pass_both_ways_at_once() {
    let input: Vec<u8> = (0..8_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut command = Command::new("cat", [""; 0], "/");
    command.stdin = input.clone();
    assert!(run_quietly(&command).unwrap().stdout == input);
}

#[test]
fn a_program_that_ignores_its_input_is_no_failure() {
    let mut command = shell("exit 0");
    command.stdin = vec![b'x'; 4_000_000];
    assert_eq!(run_quietly(&command).unwrap().status, 0);
}

#[test]
fn stdin_is_at_its_end_when_nothing_is_given() {
    let outcome = run_quietly(&shell("cat; echo done")).unwrap();
    assert_eq!(outcome.stdout, b"done\n");
}

#[test]
fn the_deadline_stops_the_program_and_its_children() {
    let mut command = shell("sleep 60 & echo $! >&2; wait");
    command.deadline = Some(Duration::from_millis(300));
    let mut pids = Vec::new();
    let started = Instant::now();
    let error = run(&command, &AtomicBool::new(false), &mut |line| {
        pids.push(line.to_owned())
    });
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(300) && took < Duration::from_millis(500),
        "{took:?}"
    );
    let Err(ProcessError::Deadline { stderr, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(stderr.trim(), pids[0]);
    thread::sleep(Duration::from_millis(50));
    assert!(!alive(&pids[0]));
}

#[test]
fn cancelling_stops_a_busy_writer_soon() {
    let cancel = AtomicBool::new(false);
    let mut stopped_after = Duration::MAX;
    thread::scope(|scope| {
        let running = scope.spawn(|| {
            let command = shell("while :; do echo x; sleep 0.01; done");
            run(&command, &cancel, &mut |_| {})
        });
        thread::sleep(Duration::from_millis(100));
        let asked = Instant::now();
        cancel.store(true, Ordering::Relaxed);
        let result = running.join().unwrap();
        stopped_after = asked.elapsed();
        assert!(
            matches!(result, Err(ProcessError::Cancelled { .. })),
            "{result:?}"
        );
    });
    assert!(
        stopped_after < Duration::from_millis(250),
        "{stopped_after:?}"
    );
}

#[test]
fn a_background_child_cannot_hold_the_caller_for_ever() {
    let started = Instant::now();
    let outcome = run_quietly(&shell("sleep 60 & echo $!; exit 3")).unwrap();
    assert_eq!(outcome.status, 3);
    assert!(started.elapsed() < LINGER + Duration::from_secs(2));
    thread::sleep(Duration::from_millis(50));
    assert!(!alive(String::from_utf8(outcome.stdout).unwrap().trim()));
}

#[test]
fn endless_output_ends_in_an_error() {
    let error = run_quietly(&shell("yes")).unwrap_err();
    assert!(
        matches!(
            error,
            ProcessError::OutputLimit {
                stream: "stdout",
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn what_is_missing_is_named() {
    let error = run_quietly(&Command::new("flow-no-such-program", [""; 0], "/")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "program not found: `flow-no-such-program`"
    );
    assert!(error.help().unwrap().to_string().contains("install"));
    let error = run_quietly(&Command::new("true", [""; 0], "/no/such/dir")).unwrap_err();
    assert!(
        matches!(error, ProcessError::NoDirectory { .. }),
        "{error:?}"
    );
    let error = run_quietly(&shell(&"x".repeat(300_000))).unwrap_err();
    assert!(matches!(error, ProcessError::Start { .. }), "{error:?}");
}

#[test]
fn the_environment_is_set_and_removed_and_its_path_used() {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("flow-probe");
    std::fs::write(&program, "#!/bin/sh\necho $A-${HOME-none}\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    let mut command = Command::new("flow-probe", [""; 0], "/");
    command.env = vec![
        ("PATH".into(), dir.path().display().to_string()),
        ("A".into(), "1".into()),
    ];
    command.env_remove = vec!["HOME".into(), "A".into()];
    assert_eq!(run_quietly(&command).unwrap().stdout, b"1-none\n");
    let command = Command::new("./flow-probe", [""; 0], dir.path());
    assert_eq!(run_quietly(&command).unwrap().status, 0);
}

#[test]
fn a_descendant_that_writes_without_end_does_not_keep_an_ended_program() {
    let started = Instant::now();
    let script = "(while :; do echo x; done) & exit 3";
    let outcome = run_quietly(&shell(script)).unwrap();
    assert_eq!(outcome.status, 3);
    assert!(started.elapsed() < LINGER * 5, "{:?}", started.elapsed());
}
