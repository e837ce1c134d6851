//! Builds Python agents, with an interpreter and package tools that only stand
//! for the real ones: those have tests of their own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod fixtures;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use flow_build::{Agent, BuildError, Builder, Bundle, PlanError, Target, bundle::Kind, scaffold};
use miette::Diagnostic;

use fixtures::{Fixture, GO, WHEEL, bundle, names};

#[test]
fn the_template_is_bundled_as_it_is() {
    let fixture = Fixture::new();
    scaffold::create("python", "from-template", &fixture.root).unwrap();
    let artifact = fixture.build("from-template").unwrap();
    assert_eq!(
        (
            artifact.language,
            artifact.tool,
            artifact.version.as_deref()
        ),
        ("python", Some("pyodide"), Some("1.0"))
    );
    let root = fixture.root.join("from-template");
    assert_eq!(artifact.path, root.join(".flow/build/from-template.bundle"));
    let bundle = bundle(&artifact);
    assert_eq!(
        (bundle.name.as_str(), bundle.kind, bundle.entry.as_str()),
        ("from-template", Kind::Handler, "main.py")
    );
    assert_eq!(names(&bundle), ["README.md", "main.py", "test_main.py"]);
    assert_eq!(bundle.imports, ["datetime", "math"]);
    assert_eq!((bundle.environment, bundle.packages.len()), (None, 0));
}

#[test]
fn an_unchanged_agent_starts_neither_interpreter_nor_tools() {
    let fixture = Fixture::new();
    fixture.write(
        "score/agent.toml",
        "[build]\npackages = [\"six\"]\n[agent]\nlanguage = \"python\"",
    );
    fixture.write("score/main.py", "import six\ndef handle(record): ...\n");
    let first = fixture.build("score").unwrap();
    assert!(!first.cached);
    assert_eq!(fixture.started(), (1, 2));
    let bundle = bundle(&first);
    assert_eq!(bundle.packages[0].wheel, WHEEL);
    assert_eq!(bundle.imports, ["six"]);
    assert!(fixture.packages(&bundle).unwrap().join("six.py").is_file());
    assert!(fixture.root.join("score/pylock.toml").is_file());

    let before = Instant::now();
    let again = fixture.build("score").unwrap();
    let elapsed = before.elapsed();
    assert_eq!((again.cached, again.digest), (true, first.digest));
    assert_eq!(fixture.started(), (0, 0));
    assert!(
        elapsed < Duration::from_millis(100),
        "an unchanged agent took {elapsed:?}"
    );
    println!("an unchanged agent took {elapsed:?}");

    fixture.write("score/main.py", "import six, os\ndef handle(record): ...\n");
    assert!(!fixture.build("score").unwrap().cached);
    assert_eq!(fixture.started(), (1, 0));
}

#[test]
fn packages_that_the_cache_lost_come_back() {
    let fixture = Fixture::new();
    fixture.write(
        "a/pyproject.toml",
        "[project]\nname = \"a\"\ndependencies = [\"six\"]",
    );
    fixture.write("a/main.py", "import six\n");
    let artifact = fixture.build("a").unwrap();
    let bundle = bundle(&artifact);
    assert_eq!(bundle.kind, Kind::Command);
    let packages = fixture.packages(&bundle).unwrap();
    fixture.started();
    fs::remove_dir_all(&packages).unwrap();
    assert!(fixture.build("a").unwrap().cached);
    assert_eq!(fixture.started(), (0, 0));
    assert!(packages.join("six.py").is_file());
    // The wheels too; and from the bundle alone.
    for bucket in ["environments-v1", "wheels-v1"] {
        fs::remove_dir_all(fixture.cache.root().join(bucket)).unwrap();
    }
    let copy = fixture.root.join("a.bundle");
    fs::copy(&artifact.path, &copy).unwrap();
    let ready = fixture.build("a.bundle").unwrap();
    assert_eq!(
        (ready.language, ready.path.as_path()),
        ("python", copy.as_path())
    );
    assert_eq!(fixture.started(), (0, 1));
    assert!(packages.join("six.py").is_file());
}

#[test]
fn a_file_alone_is_an_agent_that_leaves_nothing_beside_it() {
    let fixture = Fixture::new();
    fixture.write("other.py", "def (");
    fixture.write(
        "score.py",
        "# /// script\n# dependencies = [\"six\"]\n# ///\nimport six\nasync def handle(record): ...\n",
    );
    let artifact = fixture.build("score.py").unwrap();
    assert!(artifact.path.starts_with(fixture.cache.root()));
    let bundle = bundle(&artifact);
    assert_eq!(names(&bundle), ["score.py"]);
    assert_eq!((bundle.kind, bundle.asynchronous), (Kind::Handler, true));
    assert_eq!(bundle.packages.len(), 1);
    let left: Vec<_> = fs::read_dir(&fixture.root).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(fixture.build("score.py").unwrap().cached);
}

#[test]
fn a_source_that_is_not_python_is_rows_and_a_label() {
    let fixture = Fixture::new();
    fixture.write("a/pyproject.toml", "");
    fixture.write("a/main.py", "import words.long\nimport never\nx = 1\n");
    fixture.write("a/words/__init__.py", "é = 2\nif x: def (\n");
    fixture.write("a/words/long.py", b"x = 1\ny = '\xff'\n");
    // Nothing imports it, so that it may be anything.
    fixture.write("a/unused.py", "def (");
    let error = fixture.build("a").unwrap_err();
    let BuildError::Compile(compile) = &error else {
        panic!("{error:?}")
    };
    let rows: Vec<_> = compile
        .messages
        .iter()
        .map(|message| {
            let place = message.place.as_ref().unwrap();
            (
                place.file.as_path(),
                place.line,
                place.column,
                message.message.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (Path::new("words/__init__.py"), 2, 11, "invalid syntax"),
            (
                Path::new("words/long.py"),
                2,
                6,
                "not valid UTF-8: save the file as UTF-8"
            ),
        ]
    );
    let label = error.labels().unwrap().next().unwrap();
    let source = fs::read_to_string(fixture.root.join("a/words/__init__.py")).unwrap();
    assert_eq!(&source[label.offset()..label.offset() + label.len()], "(");
    insta::assert_snapshot!(format!(
        "{error}\nhelp: {}\n{}",
        error.help().unwrap(),
        compile.messages[0].rendered
    ));
    assert!(!fixture.root.join("a/.flow").exists());
}

#[test]
fn only_what_others_made_is_imported_before_the_start() {
    let fixture = Fixture::new();
    fixture.write("a/pyproject.toml", "");
    fixture.write(
        "a/main.py",
        "import flow\nimport os.path\nfrom words import x\nimport data\n",
    );
    fixture.write(
        "a/words.py",
        "import json\nimport main\nfrom __future__ import annotations\n",
    );
    // A folder without modules hides no module of that name.
    fixture.write("a/data/table.csv", "");
    let bundle = bundle(&fixture.build("a").unwrap());
    assert_eq!(bundle.imports, ["data", "json", "os.path"]);
    assert_eq!(names(&bundle), ["data/table.csv", "main.py", "words.py"]);
}

#[test]
fn what_the_author_asked_for_wrongly_is_an_error_with_its_place() {
    let fixture = Fixture::new();
    fixture.write(
        "a/agent.toml",
        "[agent]\nlanguage = \"python\"\n[build]\npackages = [\n  \"six >> 2\",\n]",
    );
    fixture.write("a/main.py", "");
    let error = fixture.build("a").unwrap_err().to_string();
    assert!(error.ends_with("a/agent.toml:5:3)"), "{error}");
    assert_eq!(fixture.started(), (1, 0));
}

#[test]
fn requirements_that_change_are_resolved_anew() {
    let fixture = Fixture::new();
    let ask = |list: &str| {
        let manifest = format!("[agent]\nlanguage = \"python\"\n[build]\npackages = [{list}]");
        fixture.write("a/agent.toml", manifest)
    };
    ask("\"six\"");
    fixture.write("a/main.py", "");
    fixture.build("a").unwrap();
    fixture.started();
    ask("\"six>=1\"");
    fixture.build("a").unwrap();
    assert_eq!(fixture.started(), (1, 1));
    let said = fixture.said.lock().unwrap().join("\n");
    assert!(
        said.contains("a: `") && said.contains("is out of date"),
        "{said}"
    );
    drop(said);
    ask("");
    let bundle = bundle(&fixture.build("a").unwrap());
    assert_eq!((bundle.packages.len(), bundle.environment), (0, None));
}

#[test]
fn without_an_interpreter_the_command_that_installs_it_is_named() {
    let fixture = Fixture::new();
    fixture.write("a.py", "");
    let agent = Agent::locate("a.py", &fixture.root).unwrap();
    let error = Builder::new(fixture.cache.clone(), &fixture.tools, Target::Component)
        .build(&agent, &GO, &())
        .unwrap_err();
    let BuildError::Plan(PlanError::MissingTool { install, .. }) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(install, "flow toolchain install python");
}

#[test]
fn a_bundle_that_was_changed_is_refused() {
    let fixture = Fixture::new();
    fixture.write("a.py", "x = 'here'\n");
    let artifact = fixture.build("a.py").unwrap();
    let text = fs::read_to_string(&artifact.path).unwrap();
    fixture.write("changed.bundle", text.replace("here", "gone"));
    let error = fixture.build("changed.bundle").unwrap_err();
    assert!(matches!(error, BuildError::Bundle(_)), "{error:?}");
    assert!(Bundle::is(text.as_bytes()));
}
