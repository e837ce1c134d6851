//! With the real uv and pip, and the index that they are configured with.

use std::{
    sync::{Mutex, atomic::AtomicBool},
    time::Instant,
};

use flow_process::{Command, Executor, LocalExecutor, Outcome, ProcessError};

use super::*;

static GO: AtomicBool = AtomicBool::new(false);

/// Runs programs on this machine, except those that are to be missing.
struct Without {
    missing: Vec<&'static str>,
    started: Mutex<Vec<String>>,
}

impl Executor for Without {
    fn place(&self) -> String {
        "a test".to_owned()
    }

    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        let program = command.program.clone();
        if self.missing.contains(&program.as_str()) {
            return Err(ProcessError::NotFound { program });
        }
        self.started.lock().unwrap().push(program);
        LocalExecutor.run(command, cancel, on_line)
    }

    fn copy_out(&self, from: &Path, to: &Path, cancel: &AtomicBool) -> Result<u64, ProcessError> {
        LocalExecutor.copy_out(from, to, cancel)
    }
}

const PIPS: [&str; 4] = ["pip3", "pip", "python3", "python"];

/// Resolves, fetches and unpacks into a new cache with the tools that are left.
fn prepared(texts: &[&str], missing: &[&'static str]) -> (Result<Vec<String>, BuildError>, String) {
    let folder = tempfile::tempdir().unwrap();
    let [root, scratch] = ["agent", "scratch"].map(|name| folder.path().join(name));
    fs::create_dir(&root).unwrap();
    fs::create_dir(&scratch).unwrap();
    let cache = Cache::at(folder.path().join("cache"));
    let executor = Without {
        missing: missing.to_vec(),
        started: Mutex::default(),
    };
    let tools = Tools {
        executor: &executor,
        cancel: &GO,
        agent: "a",
        on_line: &|line| println!("{line}"),
        folder: &scratch,
    };
    let requirements = Requirements::parsed(texts);
    let start = Instant::now();
    let result = prepare(&requirements, Some(&root), &cache, &tools);
    let started = executor.started.into_inner().unwrap().join(" ");
    println!("{texts:?} with {started}: {:?}", start.elapsed());
    let result = result.map(|lock| {
        let tree = cache.get_tree(Bucket::Environments, &lock.environment());
        let mut names: Vec<String> = fs::read_dir(tree.unwrap().unwrap().path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let wheels = lock.packages.iter();
        names.extend(wheels.map(|locked| format!("{} {}", locked.name, locked.wheel)));
        names.sort();
        names
    });
    (result, started)
}

/// Says why a test did nothing, where the machine has not what it needs.
fn has(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs
        .iter()
        .filter(|program| flow_process::find(program).is_none())
        .collect();
    if !missing.is_empty() {
        println!("skipped: {missing:?} is not installed");
    }
    missing.is_empty()
}

fn assert_pydantic(names: &[String]) {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    assert!(has("pydantic") && has("pydantic_core"), "{names:?}");
    let core = names.iter().find(|name| name.starts_with("pydantic-core "));
    let core = core.unwrap();
    assert!(
        core.ends_with("-cp314-cp314-pyemscripten_2026_0_wasm32.whl"),
        "{core}"
    );
}

#[test]
fn pip_alone_finds_and_fetches_pydantic() {
    if !has(&["pip3"]) {
        return;
    }
    let (names, started) = prepared(&["pydantic>=2"], &["uv"]);
    assert_pydantic(&names.unwrap());
    assert_eq!(started, "pip3 pip3");
}

#[test]
fn a_python_that_has_pip_will_do() {
    if !has(&["python3"]) {
        return;
    }
    let (names, started) = prepared(&["six"], &["uv", "pip3", "pip"]);
    assert!(names.unwrap().contains(&"six.py".to_owned()));
    assert_eq!(started, "python3 python3");
}

#[test]
fn uv_alone_finds_and_fetches_pydantic() {
    if !has(&["uv"]) {
        return;
    }
    let (names, started) = prepared(&["pydantic>=2"], &PIPS);
    assert_pydantic(&names.unwrap());
    assert_eq!(started, "uv uv");
}

#[test]
fn uv_comes_before_pip() {
    if !has(&["uv", "pip3"]) {
        return;
    }
    let (names, started) = prepared(&["pydantic>=2"], &[]);
    assert_pydantic(&names.unwrap());
    assert_eq!(started, "uv pip3");
}

/// SQLAlchemy wants `greenlet` on some machines, and greenlet has no wheel for
/// Pyodide: whoever asks for the markers of this machine fails.
#[test]
fn markers_are_those_of_pyodide_with_either_tool() {
    for (tool, missing) in [("pip3", &["uv"][..]), ("uv", &PIPS[..])] {
        if !has(&[tool]) {
            continue;
        }
        let (names, _) = prepared(
            &["sqlalchemy==2.0.43", "colorama; os_name == 'nt'"],
            missing,
        );
        let names = names.unwrap();
        assert!(names.contains(&"sqlalchemy".to_owned()), "{names:?}");
        assert!(
            !names
                .iter()
                .any(|name| name.starts_with("greenlet") || name.starts_with("colorama")),
            "{names:?}"
        );
    }
}

#[test]
fn a_package_without_a_wheel_for_pyodide_is_named_with_its_tags() {
    for (tool, missing) in [("pip3", &["uv"][..]), ("uv", &PIPS[..])] {
        if !has(&[tool]) {
            continue;
        }
        // A version that will not get one any more.
        let (result, _) = prepared(&["numpy==2.3.4"], missing);
        let error = result.unwrap_err();
        let BuildError::Python(PythonError::NoWheel {
            package,
            version,
            tags,
        }) = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!((package.as_str(), version.as_str()), ("numpy", "2.3.4"));
        assert!(
            tags.contains(&"cp314-cp314-win_amd64".to_owned()),
            "{tags:?}"
        );
    }
}

#[test]
fn a_package_that_is_nowhere_is_said_so() {
    for (tool, missing) in [("pip3", &["uv"][..]), ("uv", &PIPS[..])] {
        if !has(&[tool]) {
            continue;
        }
        let (result, _) = prepared(&["six>=99"], missing);
        let error = result.unwrap_err();
        let expected = matches!(error, BuildError::Python(PythonError::Unsatisfied { .. }));
        assert!(expected, "{error:?}");
        println!("{error}");
    }
}

/// An index on which nobody listens stands for a network that is not there.
#[test]
fn no_network_is_said_so() {
    for (tool, missing) in [("pip3", &["uv"][..]), ("uv", &PIPS[..])] {
        if !has(&[tool]) {
            continue;
        }
        struct Offline(Without);
        impl Executor for Offline {
            fn place(&self) -> String {
                self.0.place()
            }
            fn run(
                &self,
                command: &Command,
                cancel: &AtomicBool,
                on_line: &mut dyn FnMut(&str),
            ) -> Result<Outcome, ProcessError> {
                let mut command = command.clone();
                let index = "http://127.0.0.1:9/simple";
                for (name, value) in [
                    ("PIP_INDEX_URL", index),
                    ("UV_DEFAULT_INDEX", index),
                    ("PIP_NO_CACHE_DIR", "1"),
                    ("UV_NO_CACHE", "1"),
                ] {
                    command.env.push((name.to_owned(), value.to_owned()));
                }
                self.0.run(&command, cancel, on_line)
            }
            fn copy_out(
                &self,
                from: &Path,
                to: &Path,
                cancel: &AtomicBool,
            ) -> Result<u64, ProcessError> {
                self.0.copy_out(from, to, cancel)
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let executor = Offline(Without {
            missing: missing.to_vec(),
            started: Mutex::default(),
        });
        let tools = Tools {
            executor: &executor,
            cancel: &GO,
            agent: "a",
            on_line: &|_| {},
            folder: folder.path(),
        };
        let error = resolve(&Requirements::parsed(&["six"]), &tools).unwrap_err();
        let expected = matches!(error, BuildError::Python(PythonError::Network { .. }));
        assert!(expected, "{error:?}");
        println!("{error}");
    }
}
