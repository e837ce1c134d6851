use std::os::unix::fs::symlink;
use std::sync::Arc;

use super::*;
use crate::executor::WorkspaceExecutor;
use crate::provider::TemplateFile;
use flow_process::Executor;

struct Case {
    directory: tempfile::TempDir,
    provider: LocalProvider,
}

fn case() -> Case {
    let directory = tempfile::tempdir().unwrap();
    let provider = LocalProvider::at(directory.path());
    Case {
        directory,
        provider,
    }
}

static NEVER: AtomicBool = AtomicBool::new(false);

fn call() -> Call<'static> {
    Call::new(&NEVER, None)
}

fn id(text: &str) -> WorkspaceId {
    text.parse().unwrap()
}

fn template() -> Vec<TemplateFile> {
    vec![
        ("Cargo.toml".into(), b"[package]\n".to_vec()),
        ("agent.toml".into(), b"[agent]\n".to_vec()),
        ("src/lib.rs".into(), b"fn handle() {}\n".to_vec()),
    ]
}

impl Case {
    fn create(&self, name: &str, files: &[TemplateFile]) -> Result<Workspace, WorkspaceError> {
        let request = Request {
            id: &id(name),
            language: "rust",
            files,
            from: None,
            devcontainer: None,
        };
        self.provider.create(request, &call())
    }

    fn make(&self, name: &str) -> Workspace {
        self.create(name, &template()).unwrap()
    }

    fn delete(&self, name: &str, force: bool) -> Result<(), WorkspaceError> {
        self.provider.delete(&id(name), force, &call())
    }

    fn states(&self) -> Vec<(String, State)> {
        let rows = self.provider.list(&call()).unwrap();
        rows.into_iter()
            .map(|row| (row.id.to_string(), row.state))
            .collect()
    }

    fn state(&self, name: &str) -> Workspace {
        self.provider.status(&id(name), &call()).unwrap()
    }
}

#[test]
fn a_workspace_holds_the_template_and_is_made_once() {
    let case = case();
    assert_eq!(case.states(), []);
    let first = case.make("rust-1");
    assert!(first.new && first.state == State::Running);
    assert_eq!(
        fs::read(first.path.join("src/lib.rs")).unwrap(),
        b"fn handle() {}\n"
    );
    fs::write(first.path.join("src/lib.rs"), "mine").unwrap();
    let second = case.make("rust-1");
    assert!(!second.new);
    assert_eq!((second.created, &second.path), (first.created, &first.path));
    assert_eq!(fs::read(first.path.join("src/lib.rs")).unwrap(), b"mine");
    assert!(
        case.directory
            .path()
            .join("workspaces/rust-1/record.json")
            .is_file()
    );
}

#[test]
fn the_folder_is_private_to_the_user() {
    use std::os::unix::fs::PermissionsExt;
    let case = case();
    case.make("rust-1");
    let mode = fs::metadata(case.provider.store.root())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn an_id_of_another_language_is_refused() {
    let case = case();
    case.make("mixed");
    let request = Request {
        id: &id("mixed"),
        language: "python",
        files: &[],
        from: None,
        devcontainer: None,
    };
    let error = case.provider.create(request, &call()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "workspace `mixed` is for rust, not for python"
    );
}

#[test]
fn template_paths_cannot_leave_the_workspace() {
    let case = case();
    for path in ["../evil", "/tmp/flow-evil", "src/../../evil", "./a", ""] {
        let error = case
            .create("rust-1", &[(path.into(), Vec::new())])
            .unwrap_err();
        assert!(
            matches!(error, WorkspaceError::TemplatePath { .. }),
            "{path}: {error:?}"
        );
    }
    let twice = [("a".into(), vec![1]), ("a".into(), vec![2])];
    let error = case.create("rust-1", &twice).unwrap_err();
    assert!(
        matches!(error, WorkspaceError::TemplatePath { .. }),
        "{error:?}"
    );
    let file_as_folder = [("a".into(), vec![1]), ("a/b".into(), vec![2])];
    let error = case.create("rust-1", &file_as_folder).unwrap_err();
    assert!(matches!(error, WorkspaceError::Storage { .. }), "{error:?}");
    assert_eq!(case.states(), []);
    assert_eq!(
        fs::read_dir(case.provider.store.root().join(".staging"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn delete_spares_what_the_user_wrote() {
    let case = case();
    let path = case.make("rust-1").path;
    fs::create_dir_all(path.join("target/release")).unwrap();
    fs::write(path.join("target/release/agent.wasm"), "output").unwrap();
    fs::write(path.join("Cargo.lock"), "generated").unwrap();
    fs::create_dir_all(path.join("src/target")).unwrap();
    fs::write(path.join("src/target/mod.rs"), "mine").unwrap();
    fs::write(path.join("src/lib.rs"), "mine").unwrap();
    symlink("/etc", path.join("link")).unwrap();
    let Err(WorkspaceError::Modified { files, .. }) = case.delete("rust-1", false) else {
        panic!("deleted");
    };
    assert_eq!(files, ["link", "src/lib.rs", "src/target/mod.rs"]);
    assert!(path.join("src/lib.rs").exists());
    case.delete("rust-1", true).unwrap();
    assert_eq!(case.states(), []);
    assert!(Path::new("/etc/passwd").exists());
}

#[test]
fn a_built_but_unchanged_workspace_is_deleted() {
    let case = case();
    let path = case.make("rust-1").path;
    fs::create_dir_all(path.join("target")).unwrap();
    fs::write(path.join("target/agent.wasm"), "output").unwrap();
    fs::remove_file(path.join("agent.toml")).unwrap();
    case.delete("rust-1", false).unwrap();
    assert!(!path.exists());
    let error = case.delete("rust-1", false).unwrap_err();
    assert_eq!(error.to_string(), "no workspace `rust-1`");
}

#[test]
fn the_list_says_what_happened_behind_our_back() {
    let case = case();
    for name in [
        "fine",
        "gone",
        "no-record",
        "no-source",
        "other-file",
        "renamed",
        "swapped",
    ] {
        case.make(name);
    }
    let root = case.provider.store.root();
    fs::remove_dir_all(root.join("gone")).unwrap();
    fs::write(root.join("no-record/record.json"), "{\"schema\": 1").unwrap();
    fs::remove_dir_all(root.join("no-source/source")).unwrap();
    fs::remove_dir_all(root.join("other-file")).unwrap();
    fs::write(root.join("other-file"), "x").unwrap();
    fs::rename(root.join("renamed"), root.join("new-name")).unwrap();
    fs::remove_dir_all(root.join("swapped/source")).unwrap();
    symlink("/etc", root.join("swapped/source")).unwrap();
    fs::create_dir_all(root.join("Not Ours")).unwrap();
    let expected = [
        ("fine", State::Running),
        ("new-name", State::Failed),
        ("no-record", State::Failed),
        ("no-source", State::Missing),
        ("other-file", State::Failed),
        ("swapped", State::Failed),
    ];
    assert_eq!(
        case.states(),
        expected.map(|(name, state)| (name.to_owned(), state))
    );
    let reason = case.state("no-record").error.unwrap().to_string();
    assert!(reason.contains("unreadable"), "{reason}");
    for name in ["new-name", "no-record", "other-file", "swapped"] {
        let error = case.delete(name, false).unwrap_err();
        assert!(
            matches!(error, WorkspaceError::Damaged { .. }),
            "{name}: {error:?}"
        );
        case.delete(name, true).unwrap();
    }
    assert!(case.make("no-source").new);
    case.delete("no-source", false).unwrap();
    assert_eq!(case.states(), [("fine".to_owned(), State::Running)]);
    assert!(Path::new("/etc/passwd").exists());
}

#[test]
fn a_record_of_a_later_version_is_named_as_such() {
    let case = case();
    case.make("rust-1");
    let record = case.provider.store.root().join("rust-1/record.json");
    fs::write(record, r#"{"schema": 2, "colour": "red"}"#).unwrap();
    let error = case.state("rust-1").error.unwrap().to_string();
    assert!(error.contains("another version of flow"), "{error}");
}

#[test]
fn garbage_is_swept_unless_somebody_works_on_it() {
    let case = case();
    case.make("fine");
    for name in ["dead", "living"] {
        fs::create_dir_all(
            case.provider
                .store
                .root()
                .join(".staging")
                .join(name)
                .join("source"),
        )
        .unwrap();
    }
    let lock = case
        .provider
        .store
        .lock(&id("living"), &call(), PATIENCE)
        .unwrap();
    let busy = [
        ("fine".to_owned(), State::Running),
        ("living".to_owned(), State::Busy),
    ];
    assert_eq!(case.states(), busy);
    assert!(!case.provider.store.staging(&id("dead")).exists());
    assert!(case.provider.store.staging(&id("living")).exists());
    let hasty = Call::new(&NEVER, Some(std::time::Duration::from_millis(50)));
    let request = Request {
        id: &id("living"),
        language: "rust",
        files: &[],
        from: None,
        devcontainer: None,
    };
    let error = case.provider.create(request, &hasty).unwrap_err();
    assert!(matches!(error, WorkspaceError::Busy { .. }), "{error:?}");
    drop(lock);
    assert_eq!(case.states(), [("fine".to_owned(), State::Running)]);
}

#[test]
fn a_stopped_workspace_starts_when_a_program_runs_in_it() {
    let case = case();
    case.make("rust-1");
    let rust = id("rust-1");
    assert_eq!(
        case.provider.stop(&rust, &call()).unwrap().state,
        State::Stopped
    );
    assert_eq!(
        case.provider.stop(&rust, &call()).unwrap().state,
        State::Stopped
    );
    assert_eq!(case.state("rust-1").state, State::Stopped);
    let command = Command::shell("exit 0", "");
    case.provider
        .exec(&rust, &command, &NEVER, &mut |_| {})
        .unwrap();
    assert_eq!(case.state("rust-1").state, State::Running);
    case.provider.stop(&rust, &call()).unwrap();
    assert_eq!(
        case.provider.start(&rust, &call()).unwrap().state,
        State::Running
    );
}

#[test]
fn a_command_line_runs_in_the_source_folder_and_its_result_is_exact() {
    let case = case();
    let path = case.make("rust-1").path;
    let executor = WorkspaceExecutor::new(Arc::new(case.provider.clone()), id("rust-1"));
    let line = r"pwd -P; printf 'a\0\377' ; echo warning >&2; exit 3";
    let outcome = executor
        .run(&Command::shell(line, "src"), &NEVER, &mut |_| {})
        .unwrap();
    let mut expected = path
        .join("src")
        .canonicalize()
        .unwrap()
        .display()
        .to_string()
        .into_bytes();
    expected.extend(b"\na\0\xff");
    assert_eq!((outcome.status, outcome.stdout), (3, expected));
    assert_eq!(outcome.stderr, b"warning\n");
    fs::remove_dir_all(&path).unwrap();
    let error = executor
        .run(&Command::shell(line, ""), &NEVER, &mut |_| {})
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the sources of workspace `rust-1` are gone"),
        "{error}"
    );
}

#[test]
fn files_are_copied_out_but_none_from_outside() {
    let case = case();
    let path = case.make("rust-1").path;
    let artifact: Vec<u8> = (0..100_000_u32).map(|n| (n % 256) as u8).collect();
    fs::write(path.join("agent.wasm"), &artifact).unwrap();
    symlink("/etc/passwd", path.join("link")).unwrap();
    let to = case.directory.path().join("copy");
    let copy = |from: &str| {
        case.provider
            .copy_out(&id("rust-1"), Path::new(from), &to, &call())
    };
    for from in ["link", "../record.json", "/etc/passwd", "src", "none"] {
        let error = copy(from).unwrap_err();
        assert!(
            matches!(error, WorkspaceError::NoFile { .. }),
            "{from}: {error:?}"
        );
    }
    assert!(!to.exists());
    assert_eq!(copy("agent.wasm").unwrap(), 100_000);
    assert!(fs::read(&to).unwrap() == artifact);
}

#[test]
fn a_data_directory_that_cannot_be_made_is_named() {
    let provider = LocalProvider::at(Path::new("/dev/null/flow"));
    let error = provider.probe(&call()).unwrap_err().to_string();
    assert!(
        error.starts_with("could not create `/dev/null/flow/workspaces"),
        "{error}"
    );
}
