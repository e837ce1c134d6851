use super::*;
use crate::LocalProvider;

fn order(count: usize) -> Order {
    named("rust", count)
}

/// An order of workspaces called `<name>-1` and so on; the source of each names it.
fn named(name: &str, count: usize) -> Order {
    let workspace = |id: WorkspaceId| {
        let source = format!("// {id}\n").into_bytes();
        (id, vec![("src/lib.rs".into(), source)])
    };
    let ids = numbered(name, count).unwrap();
    Order {
        language: "rust".into(),
        workspaces: ids.into_iter().map(workspace).collect(),
        from: None,
        devcontainer: None,
        toolchain: "cargo".into(),
        probe: vec!["cargo".into(), "--version".into()],
        jobs: 4,
        timeout: None,
    }
}

fn run(provider: &LocalProvider, order: &Order) -> Vec<Provisioned> {
    provision(provider, order, &AtomicBool::new(false), &|_| {})
}

fn summary(rows: &[Provisioned]) -> Vec<(&str, &str, bool)> {
    let summary = rows
        .iter()
        .map(|row| (row.id.as_str(), row.state.as_str(), row.error.is_none()));
    summary.collect()
}

#[test]
fn workspaces_are_numbered_verified_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    let seen = Mutex::new(0);
    let first = provision(&provider, &order(3), &AtomicBool::new(false), &|_| {
        *seen.lock().unwrap() += 1;
    });
    assert_eq!(*seen.lock().unwrap(), 3);
    let expected = [
        ("rust-1", "running", true),
        ("rust-2", "running", true),
        ("rust-3", "running", true),
    ];
    assert_eq!(summary(&first), expected);
    for row in &first {
        assert!(
            row.version.as_ref().unwrap().starts_with("1."),
            "{:?}",
            row.version
        );
        assert!(row.workspace.as_ref().unwrap().new);
    }
    let second = run(&provider, &order(4));
    let new: Vec<bool> = second
        .iter()
        .map(|row| row.workspace.as_ref().unwrap().new)
        .collect();
    assert_eq!(new, [false, false, false, true]);
    assert_eq!(second[0].created, first[0].created);
}

#[test]
fn a_failed_one_is_a_row_and_the_others_stand() {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    let mut python = named("mixed", 2);
    python.language = "python".into();
    run(&provider, &python);
    std::fs::remove_dir_all(directory.path().join("workspaces/mixed-1")).unwrap();
    let rows = run(&provider, &named("mixed", 3));
    let expected = [
        ("mixed-1", "running", true),
        ("mixed-2", "failed", false),
        ("mixed-3", "running", true),
    ];
    assert_eq!(summary(&rows), expected);
    assert!(matches!(
        rows[1].error,
        Some(WorkspaceError::Language { .. })
    ));
}

#[test]
fn a_missing_or_broken_toolchain_is_the_error_of_its_row() {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    let probes = [
        (
            vec!["flow-no-such-program"],
            "program not found: `flow-no-such-program`",
        ),
        (
            vec!["sh", "-c", "echo broken >&2; exit 4"],
            "ended with status 4: broken",
        ),
        (vec!["echo", "no number"], "printed no version: no number"),
    ];
    for (probe, reason) in probes {
        let mut order = order(1);
        order.probe = probe.into_iter().map(str::to_owned).collect();
        let rows = run(&provider, &order);
        assert_eq!(summary(&rows), [("rust-1", "running", false)]);
        let error = rows[0].error.as_ref().unwrap().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_toolchain_that_flow_brings_itself_is_not_tried() {
    let directory = tempfile::tempdir().unwrap();
    let mut order = order(1);
    order.probe.clear();
    let rows = run(&LocalProvider::at(directory.path()), &order);
    assert_eq!(rows[0].version, None);
    assert!(rows[0].error.is_none(), "{:?}", rows[0].error);
}

#[test]
fn versions_are_read_from_what_toolchains_print() {
    let outputs = [
        ("cargo 1.95.0 (f2d3ce0bd 2026-03-21)\n", "1.95.0"),
        ("go version go1.26.1 linux/amd64", "1.26.1"),
        ("v22.1.0\n", "22.1.0"),
        ("tinygo version 0.40.1, using go", "0.40.1"),
    ];
    for (stdout, expected) in outputs {
        let outcome = Outcome {
            status: 0,
            stdout: stdout.into(),
            stderr: Vec::new(),
            duration: Duration::ZERO,
        };
        assert_eq!(version(&outcome).unwrap(), expected);
    }
}

#[test]
fn every_workspace_has_its_own_files() {
    let directory = tempfile::tempdir().unwrap();
    let rows = run(&LocalProvider::at(directory.path()), &order(2));
    for row in rows {
        let source = row.workspace.unwrap().path.join("src/lib.rs");
        let text = std::fs::read_to_string(source).unwrap();
        assert_eq!(text, format!("// {}\n", row.id));
    }
}

#[test]
fn counts_and_names_that_cannot_be_are_errors() {
    for count in [0, 101, usize::MAX] {
        let error = numbered("rust", count).unwrap_err();
        assert!(
            matches!(error, WorkspaceError::Count { .. }),
            "{count}: {error:?}"
        );
    }
    let too_long = "x".repeat(47);
    for name in ["", "-x", "Orders", "../x", too_long.as_str()] {
        let error = numbered(name, 1).unwrap_err();
        assert!(
            matches!(error, WorkspaceError::InvalidId { .. }),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn two_at_once_make_each_workspace_once() {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    for round in 0..10 {
        let mut order = named(&format!("round-{round}"), 6);
        order.probe = vec!["echo".into(), "1".into()];
        let both = thread::scope(|scope| {
            let one = scope.spawn(|| run(&provider, &order));
            let other = scope.spawn(|| run(&provider, &order));
            [one.join().unwrap(), other.join().unwrap()]
        });
        for (one, other) in both[0].iter().zip(&both[1]) {
            assert!(
                one.error.is_none() && other.error.is_none(),
                "{one:?} {other:?}"
            );
            assert_eq!(one.created, other.created);
            let new = [one, other].map(|row| row.workspace.as_ref().unwrap().new);
            assert!(new[0] != new[1], "{new:?}");
        }
    }
}

#[test]
fn a_cancelled_order_makes_nothing_more() {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    let cancel = AtomicBool::new(false);
    let mut order = order(5);
    order.jobs = 1;
    let rows = provision(&provider, &order, &cancel, &|row| {
        if row.id.as_str() == "rust-2" {
            cancel.store(true, Ordering::Relaxed);
        }
    });
    let states: Vec<bool> = rows.iter().map(|row| row.workspace.is_some()).collect();
    assert_eq!(states, [true, true, false, false, false]);
}
