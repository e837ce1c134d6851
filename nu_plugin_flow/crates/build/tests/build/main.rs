//! Builds agents with the real cargo, offline.
//!
//! Intermediate files are kept below `target/tmp`, so that a second run is
//! quick; every agent gets a comment of its own, so that none is built already.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod fixtures;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use flow_build::{Agent, Artifact, BuildError, Builder, PlanError, Progress, Target, scaffold};

use fixtures::{Counting, GO, agent, build, cache, edit};

#[test]
fn the_template_builds_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    scaffold::create("rust", "from-template", folder.path()).unwrap();
    let agent = Agent::in_folder(&folder.path().join("from-template")).unwrap();
    assert!(build(&agent).0.unwrap().path.is_file());
}

#[test]
fn an_agent_is_built_once_for_each_state_of_its_sources() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "one");
    let (first, _) = build(&agent);
    let first = first.unwrap();
    assert_eq!(
        (
            first.agent.as_str(),
            first.language,
            first.tool,
            first.cached
        ),
        ("one", "rust", Some("rustc"), false)
    );
    assert_eq!(first.path, agent.root.join(".flow/build/one.wasm"));
    assert_eq!(first.size, fs::metadata(&first.path).unwrap().len());
    assert_eq!(
        first.digest,
        flow_cache::Digest::of_file(&first.path).unwrap()
    );

    fs::remove_file(&first.path).unwrap();
    let before = Instant::now();
    let (again, started) = build(&agent);
    let elapsed = before.elapsed();
    let again = again.unwrap();
    assert_eq!(
        (again.cached, again.digest, started),
        (true, first.digest, 0)
    );
    assert!(again.path.is_file());
    assert!(
        elapsed < Duration::from_millis(100),
        "an unchanged agent took {elapsed:?}"
    );
    println!("an unchanged agent took {elapsed:?}");

    edit(&agent, |source| source.replace("+ 10", "+ 11"));
    let (changed, started) = build(&agent);
    let changed = changed.unwrap();
    assert_eq!((changed.cached, started), (false, 1));
    assert_ne!(changed.digest, first.digest);
    edit(&agent, |source| source.replace("+ 11", "+ 10"));
    assert_eq!(build(&agent).0.unwrap().digest, first.digest);
}

/// Notes what it hears.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Progress for Notes {
    fn started(&self, agent: &str) {
        self.0.lock().unwrap().push(format!("{agent} started"));
    }
    fn line(&self, agent: &str, _line: &str) {
        self.0.lock().unwrap().push(format!("{agent} spoke"));
    }
    fn finished(&self, agent: &str, result: &Result<Artifact, BuildError>) {
        self.0
            .lock()
            .unwrap()
            .push(format!("{agent} finished: {}", result.is_ok()));
    }
}

#[test]
fn agents_of_one_name_do_not_take_each_others_artifacts_and_a_broken_one_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let folders: Vec<PathBuf> = ["a", "b", "c"]
        .iter()
        .map(|name| folder.path().join(name))
        .collect();
    let mut agents = Vec::new();
    for (number, folder) in folders.iter().enumerate() {
        fs::create_dir(folder).unwrap();
        let agent = agent(folder, "same");
        edit(&agent, |source| {
            source.replace("no quantities", &format!("variant {number}"))
        });
        // Another version has another place for what cargo remembers, but the same file name.
        let manifest = agent.root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(manifest, text.replace("0.1.0", &format!("0.1.{number}"))).unwrap();
        agents.push(agent);
    }
    edit(&agents[1], |source| {
        source.replace("-> Result<Packing>", "-> Result<Nonsense>")
    });
    let (notes, executor) = (Notes::default(), Counting::default());
    let results =
        Builder::new(cache(), &executor, Target::Component).build_all(&agents, &GO, &notes);
    let firsts = fs::read(&results[0].as_ref().unwrap().path).unwrap();
    for number in [0, 2] {
        let bytes = fs::read(&results[number].as_ref().unwrap().path).unwrap();
        let has = |text: &str| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        };
        assert!(
            has(&format!("variant {number}")) && !has(&format!("variant {}", 2 - number)),
            "agent {number}"
        );
    }
    assert!(
        matches!(results[1], Err(BuildError::Compile(_))),
        "{:?}",
        results[1]
    );
    // The first again, after the third had the shared folder, and with a change that cargo does
    // not see: cargo alone would take the third's file for fresh.
    fs::write(agents[0].root.join("README.md"), "changed").unwrap();
    let (again, started) = build(&agents[0]);
    assert_eq!(started, 1);
    assert_eq!(fs::read(again.unwrap().path).unwrap(), firsts);
    let mut notes = notes.0.into_inner().unwrap();
    assert!(notes.contains(&"same spoke".to_owned()));
    notes.retain(|note| note != "same spoke");
    notes.sort();
    let expected = [
        "same finished: false",
        "same finished: true",
        "same finished: true",
        "same started",
        "same started",
        "same started",
    ];
    assert_eq!(notes, expected);
}

#[test]
fn a_source_that_does_not_compile_is_rows_and_a_label() {
    use miette::Diagnostic;
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "wrong");
    edit(&agent, |source| {
        source.replace("sum::<u32>()", "sum::<f32>()")
    });
    let error = build(&agent).0.unwrap_err();
    let BuildError::Compile(compile) = &error else {
        panic!("{error:?}")
    };
    let source = fs::read_to_string(agent.root.join("src/lib.rs")).unwrap();
    let line = source
        .lines()
        .position(|line| line.contains("sum::<f32>()"))
        .unwrap()
        + 1;
    let first = compile.first().unwrap();
    let place = first.place.as_ref().unwrap();
    assert_eq!(
        (place.file.as_path(), place.line),
        (Path::new("src/lib.rs"), line)
    );
    assert_eq!(first.code.as_deref(), Some("E0277"));
    assert!(
        first.message.contains("`f32`") && first.rendered.contains(&first.message),
        "{first:?}"
    );
    let places: Vec<_> = compile
        .messages
        .iter()
        .map(|message| &message.place)
        .collect();
    assert!(
        places.is_sorted() && places.iter().all(|place| place.is_some()),
        "{places:?}"
    );
    assert!(
        error
            .to_string()
            .starts_with("agent `wrong` does not compile: "),
        "{error}"
    );
    assert!(
        error.to_string().contains(&format!("(src/lib.rs:{line}:")),
        "{error}"
    );
    let label = error.labels().unwrap().next().unwrap();
    assert!(
        source
            .get(label.offset()..label.offset() + label.len())
            .is_some_and(|text| text.contains("f32"))
    );
    assert!(
        !agent.root.join(".flow/build").exists(),
        "nothing is left of a failed build"
    );
}

#[test]
fn an_agent_without_a_handler_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "silent");
    edit(&agent, |source| {
        source.replace("flow_agent::handler!(handle);", "")
    });
    let error = build(&agent).0.unwrap_err();
    assert!(matches!(error, BuildError::NotAnAgent { .. }), "{error:?}");
}

#[test]
fn a_project_that_cargo_refuses_is_an_error_in_cargos_words() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "refused");
    let manifest = agent.root.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(".flow/sdk/rust", "nowhere")).unwrap();
    let error = build(&agent).0.unwrap_err();
    let BuildError::ToolFailed {
        stderr, command, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert!(stderr.contains("nowhere"), "{stderr}");
    assert!(
        command.starts_with("cd ") && command.contains("; cargo build"),
        "{command}"
    );
}

#[test]
fn a_missing_tool_names_the_command_that_installs_it() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "poor");
    for (missing, target, install) in [
        (
            "rustc",
            Target::Component,
            "rustup toolchain install stable",
        ),
        ("wasm-pack", Target::Web, "cargo install wasm-pack --locked"),
    ] {
        let executor = Counting {
            missing: Some(missing),
            ..Counting::default()
        };
        let error = Builder::new(cache(), &executor, target)
            .build(&agent, &GO, &())
            .unwrap_err();
        let BuildError::Plan(PlanError::MissingTool {
            tool,
            install: found,
        }) = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!((tool.as_str(), found.as_str()), (missing, install));
    }
}

#[test]
fn a_build_that_is_cancelled_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "late");
    let executor = Counting::default();
    let builder = Builder::new(cache(), &executor, Target::Component);
    let error = builder
        .build(&agent, &AtomicBool::new(true), &())
        .unwrap_err();
    assert!(matches!(error, BuildError::Cancelled { .. }), "{error:?}");
}

#[test]
fn a_ready_wasm_is_its_own_artifact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ready.wasm");
    fs::write(
        &path,
        wat::parse_str("(module (func (export \"_start\")))").unwrap(),
    )
    .unwrap();
    let agent = Agent::locate("ready.wasm", folder.path()).unwrap();
    let (artifact, started) = build(&agent);
    let artifact = artifact.unwrap();
    assert_eq!(
        (artifact.language, artifact.tool, artifact.cached, started),
        ("wasm", None, true, 0)
    );
    assert_eq!(artifact.path, fs::canonicalize(path).unwrap());
}

#[test]
#[ignore = "needs `wasm-pack` and `wasm-bindgen` on `PATH`"]
fn a_package_for_the_web_is_built_and_kept_as_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(folder.path(), "for-web");
    let executor = Counting::default();
    let builder = Builder::new(cache(), &executor, Target::Web);
    let first = builder.build(&agent, &GO, &()).unwrap();
    assert_eq!(
        (first.path.clone(), first.tool),
        (
            agent.root.join(".flow/build/for-web-web"),
            Some("wasm-pack")
        )
    );
    let script = fs::read_to_string(first.path.join("for_web.js")).unwrap();
    assert!(script.contains("export function handle("), "{script}");
    assert!(
        first.path.join("for_web_bg.wasm").is_file() && first.path.join("package.json").is_file()
    );

    fs::remove_dir_all(&first.path).unwrap();
    let started = executor.started.load(Ordering::SeqCst);
    let again = builder.build(&agent, &GO, &()).unwrap();
    assert_eq!(
        (again.cached, again.digest, again.size),
        (true, first.digest, first.size)
    );
    assert_eq!(executor.started.load(Ordering::SeqCst), started);
    assert!(again.path.join("for_web.js").is_file());
}
