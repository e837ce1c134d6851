//! Engines as they are installed, and agents that are built with them: with the
//! engine of `guests/engine` in the place of Nushell's.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use flow_build::engine::EngineError;
use flow_build::{Agent, Artifact, BuildError, Builder, EngineInterpreter, EngineStore, Target};
use flow_cache::Cache;
use flow_contract::Limits;
use flow_process::LocalExecutor;
use flow_runtime::{CancellationToken, Directory, Grants, Handler, Profile, Runtime};
use flow_tests::{guests, tools::built};

const NAME: &str = "nushell";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new(Cache::at(built().join("flow-tests-cache"))));

fn installed(folder: &Path) -> EngineStore {
    let store = EngineStore::at(folder.join("engines"));
    let core = guests::engine();
    store.install(NAME, &core, "a test", &RUNTIME).unwrap();
    store
}

fn build(folder: &Path, store: &EngineStore, run: bool) -> Result<Artifact, BuildError> {
    let agent = Agent::locate("agent.nu", folder).unwrap();
    let engine = EngineInterpreter::new(NAME, store, &RUNTIME);
    let cache = Cache::at(folder.join("cache"));
    let builder = Builder::new(cache, &LocalExecutor, Target::Component).with_interpreter(&engine);
    let builder = match run {
        true => builder.for_running(),
        false => builder,
    };
    builder.build(&agent, &AtomicBool::new(false), &())
}

#[test]
fn an_engine_is_installed_as_a_whole_known_by_its_digest_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = installed(folder.path());
    let engine = store.need(NAME).unwrap();
    assert_eq!(engine.record.vocabulary, 3);
    assert_eq!(engine.record.origin, "a test");
    assert_eq!(
        engine.record.digest,
        flow_cache::Digest::of_file(&guests::engine()).unwrap()
    );
    store.check(&engine).unwrap();

    fs::write(&engine.core, "changed").unwrap();
    assert!(matches!(
        store.check(&engine),
        Err(EngineError::Damaged { .. })
    ));
    fs::remove_file(&engine.core).unwrap();
    assert!(matches!(store.find(NAME), Err(EngineError::Damaged { .. })));

    store.remove(NAME).unwrap();
    assert!(store.find(NAME).unwrap().is_none());
    let missing = store.need(NAME).unwrap_err();
    let help = miette::Diagnostic::help(&missing).unwrap().to_string();
    assert!(help.contains("flow toolchain install nushell"), "{help}");
}

#[test]
fn what_is_no_engine_takes_the_place_of_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = installed(folder.path());
    let before = store.need(NAME).unwrap();
    let other = folder.path().join("other.wasm");
    for text in ["no wasm at all", "\0asm\x01\0\0\0"] {
        fs::write(&other, text).unwrap();
        store
            .install(NAME, &other, "another", &RUNTIME)
            .unwrap_err();
        assert_eq!(store.need(NAME).unwrap(), before);
    }
}

#[test]
fn an_agent_is_a_bundle_to_run_and_a_component_to_keep() {
    let folder = tempfile::tempdir().unwrap();
    let store = installed(folder.path());
    fs::write(
        folder.path().join("agent.nu"),
        "handle\nsay hello\nuse lib.nu",
    )
    .unwrap();
    fs::write(folder.path().join("lib.nu"), "say nothing").unwrap();
    let bundle = build(folder.path(), &store, true).unwrap();
    assert!(bundle.path.extension().is_some_and(|it| it == "bundle"));
    let text = fs::read_to_string(&bundle.path).unwrap();
    assert!(text.contains("lib.nu"), "what it names is in it: {text}");

    let component = build(folder.path(), &store, false).unwrap();
    assert!(component.path.extension().is_some_and(|it| it == "wasm"));
    let program = RUNTIME.load(&component.path, Profile::General).unwrap();
    let handler = Handler::new(program, Grants::nothing(Limits::default())).unwrap();
    let mut instance = handler
        .spawn(&Directory::default(), &CancellationToken::new())
        .unwrap();
    assert!(instance.call("1").unwrap().contains("hello"));

    assert!(build(folder.path(), &store, true).unwrap().cached);
    assert!(build(folder.path(), &store, false).unwrap().cached);
    fs::write(folder.path().join("lib.nu"), "say something else").unwrap();
    assert!(!build(folder.path(), &store, true).unwrap().cached);
}

#[test]
fn a_wrong_source_is_a_compile_error_with_its_place_and_one_that_fails_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let store = installed(folder.path());
    fs::write(folder.path().join("agent.nu"), "handle\nwrong here").unwrap();
    let error = build(folder.path(), &store, true).unwrap_err();
    let BuildError::Compile(compile) = error else {
        panic!("{error:?}");
    };
    let place = compile.messages[0].place.as_ref().unwrap();
    assert_eq!(
        (place.file.as_path(), place.line),
        (Path::new("agent.nu"), 2)
    );

    fs::write(folder.path().join("agent.nu"), "handle\nfail not today").unwrap();
    let error = build(folder.path(), &store, false).unwrap_err();
    assert!(
        error.to_string().contains("agent.nu:2: not today"),
        "{error}"
    );
}
