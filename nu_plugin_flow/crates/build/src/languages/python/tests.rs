use std::fs;

use miette::Diagnostic;

use super::*;
use crate::languages::language::Target;

fn write(root: &Path, files: &[&str]) {
    for file in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    (folder, root)
}

fn ordered(text: &str, root: &Path) -> BundleOrder {
    order(&Agent::locate(text, root).unwrap()).unwrap()
}

fn request(agent: &Agent, target: Target) -> Request<'_> {
    Request {
        agent,
        target,
        answers: &[],
        attempts: &[],
    }
}

#[test]
fn an_agents_own_files_are_bundled_and_nothing_else() {
    let (_folder, root) = folder();
    write(
        &root,
        &[
            "main.py",
            "words/__init__.py",
            "words/list.txt",
            "pyproject.toml",
            "pylock.toml",
            "old.pyc",
            "__pycache__/main.pyc",
            ".venv/pyvenv.cfg",
            "env/pyvenv.cfg",
            "env/lib.py",
            "cache/CACHEDIR.TAG",
            "cache/a.py",
            ".git/HEAD",
            ".flow/sdk/python/flow.py",
            ".flow/build/a.bundle",
            "inner/agent.toml",
            "inner/main.py",
            "data/large.csv",
            "tests/test_main.py",
        ],
    );
    let manifest = "[agent]\nlanguage = \"python\"\n[permissions]\ndirs = [\"./data:ro\"]\n[build]\nexclude = [\"tests/\"]";
    fs::write(root.join("agent.toml"), manifest).unwrap();
    let order = ordered(".", &root);
    assert_eq!(
        order.files,
        ["main.py", "words/__init__.py", "words/list.txt"]
    );
    assert_eq!((order.entry.as_str(), order.has_folder), ("main.py", true));
}

#[test]
fn a_file_is_an_agent_alone_or_with_its_folder() {
    let (_folder, root) = folder();
    write(
        &root,
        &[
            "repository/.git/HEAD",
            "repository/lone.py",
            "repository/other.py",
            "repository/score/src/score.py",
            "repository/score/words.py",
            "repository/rusty/agent.toml",
            "repository/rusty/tool.py",
            "repository/project/pyproject.toml",
            "repository/project/main.py",
            "repository/project/below/tool.py",
        ],
    );
    let manifest = |path: &str, text: &str| fs::write(root.join(path), text).unwrap();
    manifest(
        "repository/score/agent.toml",
        "[agent]\nlanguage = \"python\"",
    );
    manifest(
        "repository/rusty/agent.toml",
        "[agent]\nlanguage = \"rust\"",
    );
    // Above the repository: not of it.
    manifest("agent.toml", "[agent]\nlanguage = \"python\"");
    let found = |text: &str| {
        let order = ordered(text, &root.join("repository"));
        (order.entry, order.files.len(), order.has_folder)
    };
    let lone = |name: &str| (name.to_owned(), 1, false);
    assert_eq!(found("lone.py"), lone("lone.py"));
    assert_eq!(found("rusty/tool.py"), lone("tool.py"));
    assert_eq!(found("project/below/tool.py"), lone("tool.py"));
    assert_eq!(
        found("score/src/score.py"),
        ("src/score.py".to_owned(), 2, true)
    );
    assert_eq!(found("project/main.py"), ("main.py".to_owned(), 2, true));
    assert_eq!(found("project"), ("main.py".to_owned(), 2, true));
    // A manifest that does not say the language.
    manifest("repository/score/agent.toml", "");
    assert_eq!(
        found("score/src/score.py"),
        ("src/score.py".to_owned(), 2, true)
    );
    manifest(
        "repository/score/agent.toml",
        "[agent]\nentry = \"words.py\"",
    );
    assert_eq!(found("score"), ("words.py".to_owned(), 2, true));
    let agent = Agent::locate("lone.py", &root.join("repository")).unwrap();
    assert_eq!(agent.name, "lone");
}

#[test]
fn an_agent_begins_with_main_or_its_only_source() {
    let (_folder, root) = folder();
    let python = &facts::PYTHON;
    assert_eq!(python.entry_in(&root), root.join("main.py"));
    write(&root, &["score.py", "notes.txt"]);
    assert_eq!(python.entry_in(&root), root.join("score.py"));
    write(&root, &["other.py"]);
    assert_eq!(python.entry_in(&root), root.join("main.py"));
    write(&root, &["main.py"]);
    assert_eq!(python.entry_in(&root), root.join("main.py"));
}

#[test]
fn what_cannot_be_planned_says_why() {
    let (_folder, root) = folder();
    write(&root, &["a.py", "b.py"]);
    let plan = |manifest: &str, target| {
        fs::write(root.join("agent.toml"), manifest).unwrap();
        let agent = Agent::in_folder(&root).unwrap();
        let error = Python.plan(&request(&agent, target)).unwrap_err();
        format!("{error}\n  help: {}", error.help().unwrap())
    };
    let language = "[agent]\nlanguage = \"python\"\nentry = \"a.py\"\n";
    let mut reports: Vec<_> = [
        "[build]\npackage = []",
        "[build]\npackages = \"six\"",
        "[build]\nexclude = true",
        "[build]\nprofile = \"small\"",
    ]
    .iter()
    .map(|build| plan(&format!("{language}{build}"), Target::Component))
    .collect();
    reports.push(plan(language, Target::Web));
    reports.push(plan("[agent]\nlanguage = \"python\"", Target::Component));
    let large = fs::File::create(root.join("model.bin")).unwrap();
    large.set_len(40 << 20).unwrap();
    reports.push(plan(language, Target::Component));
    let report = reports.join("\n");
    insta::assert_snapshot!(report.replace(root.to_str().unwrap(), "AGENT"));
}

#[test]
fn the_same_agent_in_another_place_is_the_same() {
    let key = |version: &str| {
        let (_folder, root) = folder();
        let root = root.join("agent");
        write(&root, &["main.py", "pyproject.toml"]);
        let agent = Agent::in_folder(&root).unwrap();
        let answers = [version.to_owned()];
        let plan = Python
            .plan(&Request {
                answers: &answers,
                attempts: &[],
                ..request(&agent, Target::Component)
            })
            .unwrap();
        let sources = crate::sources::Sources::read(&[], &plan.files, &plan.named).unwrap();
        let settings: Vec<_> = plan.settings.values().map(String::as_str).collect();
        sources.key(&settings)
    };
    assert_eq!(key("314.0.7"), key("314.0.7"));
    assert_ne!(key("314.0.7"), key("314.0.8"));
}
