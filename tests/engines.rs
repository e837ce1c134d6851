//! Engines of the contract in the runtime, with one whose language was made for
//! these tests (see `guests/engine`).

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use flow_cache::Cache;
use flow_componentize::{Allocation, World, componentize};
use flow_contract::Limits;
use flow_runtime::{
    CancellationToken, Command, Directory, EngineAgent, EngineFile, Grants, Handler, Instance,
    Kind, LoadError, Profile, Program, RunError, Runtime, SnapshotError,
};
use flow_tests::{guests, tools::built};

/// The engine, made ready and as a component.
struct Engine {
    runtime: Runtime,
    core: Vec<u8>,
    component: PathBuf,
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let runtime = Runtime::new(Cache::at(built().join("flow-tests-cache")));
    let core = fs::read(guests::engine()).unwrap();
    let core = runtime
        .initialiser(&core)
        .initialise("initialize-engine", Vec::new())
        .unwrap();
    let component = componentize(&core, World::Engine, Allocation::Realloc).unwrap();
    let path = built().join("flow-guests/engine.wasm");
    guests::write_whole(&path, &component);
    Engine {
        runtime,
        core,
        component: path,
    }
});

fn file(path: &str, text: &str) -> EngineFile {
    EngineFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn agent(text: &str) -> EngineAgent {
    EngineAgent {
        entry: "main.line".to_owned(),
        handler: text.contains("handle"),
        files: vec![file("main.line", text)],
    }
}

fn load(text: &str) -> Arc<Program> {
    let engine = &*ENGINE;
    engine
        .runtime
        .load_engine(&engine.component, agent(text), Profile::General)
        .unwrap()
}

fn spawn(text: &str, limits: Limits) -> Result<Instance, RunError> {
    Handler::new(load(text), Grants::nothing(limits))
        .unwrap()
        .spawn(&Directory::default(), &CancellationToken::new())
}

fn answer(text: &str, input: &str) -> Result<String, RunError> {
    spawn(text, Limits::default())?.call(input)
}

#[test]
fn an_instance_is_ready_loads_the_agent_and_keeps_its_state() {
    let mut instance = spawn("handle\nsay hello", Limits::default()).unwrap();
    let first = instance.call("[1,2]").unwrap();
    assert_eq!(
        first,
        r#"{"engine":{"ready":true,"records":1,"said":"hello"},"input":[1,2]}"#
    );
    assert!(instance.call("null").unwrap().contains("\"records\":2"));
    assert!(answer("handle", "0").unwrap().contains("\"records\":1"));
}

#[test]
fn a_program_reads_and_writes_standard_streams() {
    use std::io::{Read, Write};
    let program = load("say x");
    assert_eq!(program.kind(), Kind::Command);
    let command = Command::new(program, Grants::nothing(Limits::default())).unwrap();
    let (mut input, mut output, run) = command
        .start(
            &["main".to_owned()],
            &Directory::default(),
            &CancellationToken::new(),
        )
        .unwrap();
    input.write_all(b"1\n2\n").unwrap();
    drop(input);
    let mut text = String::new();
    output.read_to_string(&mut text).unwrap();
    run.finish().unwrap();
    assert_eq!(
        text,
        "{\"input\":1,\"said\":\"x\"}\n{\"input\":2,\"said\":\"x\"}\n"
    );
}

#[test]
fn what_does_not_load_says_where_in_both_forms() {
    let expected = "main.line:2:1: not today";
    let error = answer("handle\nfail not today", "0").unwrap_err();
    assert_eq!(error.to_string(), expected);
    let command = Command::new(
        load("say x\nfail not today"),
        Grants::nothing(Limits::default()),
    )
    .unwrap();
    let (input, _output, run) = command
        .start(
            &["main".to_owned()],
            &Directory::default(),
            &CancellationToken::new(),
        )
        .unwrap();
    drop(input);
    assert_eq!(run.finish().unwrap_err().to_string(), expected);
}

#[test]
fn limits_refusals_and_crashes_are_those_of_any_handler() {
    let short = Limits {
        timeout: Some(Duration::from_millis(50)),
        ..Limits::default()
    };
    let mut instance = spawn("handle\nloop", short).unwrap();
    let ended = instance.call("0").unwrap_err();
    assert!(matches!(ended, RunError::Timeout { .. }), "{ended:?}");
    assert!(!instance.is_alive());

    let small = Limits {
        memory: 64 << 10,
        ..Limits::default()
    };
    let ended = spawn("handle", small).err().unwrap();
    assert!(matches!(ended, RunError::Memory { .. }), "{ended:?}");

    let ended = answer("handle\ncrash", "0").unwrap_err();
    assert!(matches!(ended, RunError::Trap { .. }), "{ended:?}");
    assert!(ended.to_string().contains("told to crash"), "{ended}");

    let ended = answer("handle\nrefuse no thanks", "0").unwrap_err();
    assert_eq!(ended.to_string(), "no thanks");

    let ended = answer("handle\nopen secret.txt", "0").unwrap_err();
    let RunError::Agent { message, help } = ended else {
        panic!("{ended:?}");
    };
    assert!(message.contains("secret.txt"), "{message}");
    assert!(
        help.is_some_and(|help| help.contains("--allow-dir")),
        "{message}"
    );
}

#[test]
fn fuel_is_counted_for_an_engine() {
    let engine = &*ENGINE;
    let program = engine
        .runtime
        .load_engine(&engine.component, agent("handle"), Profile::Fuel)
        .unwrap();
    let handler = Handler::new(program, Grants::nothing(Limits::default())).unwrap();
    let mut instance = handler
        .spawn(&Directory::default(), &CancellationToken::new())
        .unwrap();
    instance.call("0").unwrap();
    assert!(instance.fuel_used().unwrap() > 1_000);
}

#[test]
fn a_kept_instance_reads_sources_one_after_the_other() {
    let engine = &*ENGINE;
    let ask = |text: &str| {
        let source = file("a.line", text);
        engine.runtime.analyse(&engine.component, &source).unwrap()
    };
    let read = ask("handle\nimport ./b.line").unwrap();
    assert!(read.handler);
    assert_eq!(read.imports, ["./b.line"]);
    assert!(!ask("say x").unwrap().handler);
    let problem = ask("say x\nwrong word").unwrap_err();
    assert_eq!((problem.path.as_str(), problem.line), ("a.line", 2));
    let vocabulary = engine.runtime.vocabulary(&engine.component).unwrap();
    assert_eq!(vocabulary, ["handle", "import", "say"]);
}

fn snapshot(text: &str) -> Result<Vec<u8>, SnapshotError> {
    let engine = &*ENGINE;
    let input = serde_json::json!({
        "entry": "main.line",
        "files": [{ "path": "main.line", "text": text }],
    });
    engine
        .runtime
        .initialiser(&engine.core)
        .initialise("initialize-program", input.to_string().into_bytes())
}

#[test]
fn a_snapshot_with_a_program_in_it_is_a_component_of_its_own() {
    let text = "handle\nsay from within";
    let core = snapshot(text).unwrap();
    assert_eq!(core, snapshot(text).unwrap(), "it is not reproducible");
    let component = componentize(&core, World::HandlerAgent, Allocation::Realloc).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.wasm");
    fs::write(&path, component).unwrap();
    let program = ENGINE.runtime.load(&path, Profile::General).unwrap();
    assert_eq!(program.kind(), Kind::Handler);
    let handler = Handler::new(program, Grants::nothing(Limits::default())).unwrap();
    let mut instance = handler
        .spawn(&Directory::default(), &CancellationToken::new())
        .unwrap();
    assert!(instance.call("7").unwrap().contains("from within"));
}

#[test]
fn what_cannot_be_initialised_says_why() {
    let error = snapshot("handle\nfail on line two").unwrap_err();
    assert_eq!(error.to_string(), "main.line:2: on line two");
    let empty = wat::parse_str("(module (memory (export \"memory\") 1))").unwrap();
    let initialiser = ENGINE.runtime.initialiser(&empty);
    let error = initialiser.initialise("initialize-engine", Vec::new());
    assert!(matches!(error, Err(SnapshotError::Module { .. })));
    let not_there = ENGINE.runtime.load_engine(
        &PathBuf::from("nowhere.wasm"),
        agent("handle"),
        Profile::General,
    );
    assert!(matches!(not_there, Err(LoadError::Read { .. })));
}
