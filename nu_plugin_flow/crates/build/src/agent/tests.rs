use std::{
    fs,
    path::{Path, PathBuf},
};

use miette::Diagnostic;

use super::*;

/// A project with agents in several places; `.git` ends the search.
fn project() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("agent.toml", "[agent]\nname = \"outside\"");
    write("project/.git/HEAD", "");
    write(
        "project/agents/score/agent.toml",
        "[agent]\nlanguage = \"rust\"",
    );
    write("project/agents/score/src/lib.rs", "");
    write(
        "project/words/agent.toml",
        "[agent]\nname = \"word-count\"\nlanguage = \"rust\"",
    );
    write("project/plain/Cargo.toml", "");
    write("project/plain/src/lib.rs", "");
    write(
        "project/ready/agent.toml",
        "[agent]\nentry = \"ready.wasm\"",
    );
    write("project/ready/ready.wasm", "");
    write("project/ledger/agent.toml", "[agent]\nlanguage = \"cobol\"");
    write(
        "project/gone/agent.toml",
        "[agent]\nentry = \"src/gone.rs\"\nlanguage = \"rust\"",
    );
    write("project/broken/agent.toml", "[agnet]");
    write("project/empty/notes.txt", "");
    write("project/target/hidden/agent.toml", "");
    write("project/.hidden/agent.toml", "");
    write("project/code.cwasm", "");
    write("project/score.py", "");
    write("project/lone.rs", "");
    (folder, root.join("project"))
}

#[test]
fn an_agent_is_a_folder_a_source_file_a_wasm_or_a_name() {
    let (_folder, root) = project();
    let score = root.join("agents/score");
    let found = |text: &str, from: &Path| {
        let agent = Agent::locate(text, from).unwrap();
        let what = match agent.kind {
            AgentKind::Source { language, entry } => format!(
                "{} {}",
                language.name(),
                entry.strip_prefix(&root).unwrap().display()
            ),
            AgentKind::Wasm { path } => {
                format!("wasm {}", path.strip_prefix(&root).unwrap().display())
            }
        };
        format!(
            "{} in {}: {what}",
            agent.name,
            agent.root.strip_prefix(&root).unwrap().display()
        )
    };
    let source = "score in agents/score: rust agents/score/src/lib.rs";
    for (text, from) in [
        ("agents/score", &root),
        (".", &score),
        ("score", &root),
        ("score", &root.join("plain/src")),
    ] {
        assert_eq!(found(text, from), source, "{text} from {}", from.display());
    }
    assert_eq!(found(score.to_str().unwrap(), Path::new("/")), source);
    assert_eq!(found("agents/score/agent.toml", &root), source);
    assert_eq!(
        found("word-count", &score),
        "word-count in words: rust words/src/lib.rs"
    );
    assert_eq!(
        found("words", &root),
        "word-count in words: rust words/src/lib.rs"
    );
    assert_eq!(
        found("plain", &root),
        "plain in plain: rust plain/src/lib.rs"
    );
    assert_eq!(
        found("plain/src/lib.rs", &root),
        "plain in plain: rust plain/src/lib.rs"
    );
    assert_eq!(found("score.py", &root), "score in : python score.py");
    assert_eq!(
        found("ready/ready.wasm", &root),
        "ready in ready: wasm ready/ready.wasm"
    );
    assert_eq!(
        found("ready", &root),
        "ready in ready: wasm ready/ready.wasm"
    );
}

#[test]
fn what_is_no_agent_is_an_error_that_says_what_to_do() {
    let (_folder, root) = project();
    let texts = [
        "",
        "scroe",
        "outside",
        "nothing-like-it",
        "no/such/path",
        "empty",
        "code.cwasm",
        "lone.rs",
        "ledger",
        "gone",
        "broken",
        "empty/notes.txt",
    ];
    let report = texts.map(|text| {
        let error = Agent::locate(text, &root).unwrap_err();
        let help = error
            .help()
            .map(|help| help.to_string())
            .unwrap_or_default();
        let report = format!("{text}: {error}\n  {} help: {help}", error.code().unwrap());
        report.replace(root.to_str().unwrap(), "PROJECT")
    });
    insta::assert_snapshot!(report.join("\n"));
}

#[test]
fn every_agent_below_a_folder_is_found_and_a_broken_one_hides_no_other() {
    let (_folder, root) = project();
    let found: Vec<_> = find_all(&root)
        .into_iter()
        .map(|(path, agent)| {
            (
                path.strip_prefix(&root).unwrap().display().to_string(),
                agent.is_ok(),
            )
        })
        .collect();
    let expected = [
        ("agents/score", true),
        ("broken", false),
        ("gone", false),
        ("ledger", false),
        ("ready", true),
        ("words", true),
    ];
    assert_eq!(found, expected.map(|(path, fine)| (path.to_owned(), fine)));
}

#[test]
fn names_for_completion_are_those_of_the_project() {
    let (_folder, root) = project();
    let names: Vec<_> = names(&root.join("plain"))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "broken",
            "gone",
            "ledger",
            "ready",
            "score",
            "word-count",
            "words"
        ]
    );
}
