//! Interpreted agents: `AGENT` is a source. `$ENGINE` is the component of its
//! engine; for Python, `$PYODIDE` is the folder of the npm package, and
//! `$PYTHON_PACKAGES` that of unpacked packages, where it is set.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flow_contract::Limits;
use flow_runtime::{
    CancellationToken, Directory, EngineAgent, EngineFile, Grants, Handler, Packages, Profile,
    Program, PythonAgent, RunError, Runtime,
};

use crate::measure::{Outcome, Report, time};
use crate::process::Held;
use crate::subject::Bench;

const WARM: u32 = 50;
const SPAWNS: u32 = 1_000;
const LIVE: u32 = 100;
const STREAM: u32 = 200_000;

/// A fresh interpreter, from its spawn to the answer of its agent.
pub(crate) fn spawn(bench: &Bench, name: &'static str) -> Outcome<Report> {
    let handler = handler(bench)?;
    let record = bench.record()?;
    let (directory, cancel) = (Directory::default(), CancellationToken::new());
    let once = || -> Result<(), RunError> {
        black_box(handler.spawn(&directory, &cancel)?.call(record)?);
        Ok(())
    };
    for _ in 0..WARM {
        once()?;
    }
    let mut samples = Vec::with_capacity(SPAWNS as usize);
    for _ in 0..SPAWNS {
        let (elapsed, ended) = time(once);
        ended?;
        samples.push(elapsed);
    }
    Ok(Report::default().times(name, samples))
}

/// Interpreters that have answered once and live on.
pub(crate) fn live(bench: &Bench) -> Outcome<Report> {
    let handler = handler(bench)?;
    let record = bench.record()?;
    let (directory, cancel) = (Directory::default(), CancellationToken::new());
    black_box(handler.spawn(&directory, &cancel)?.call(record)?);
    let before = Held::now()?;
    let mut instances = Vec::with_capacity(LIVE as usize);
    for _ in 0..LIVE {
        let mut instance = handler.spawn(&directory, &cancel)?;
        black_box(instance.call(record)?);
        instances.push(instance);
    }
    let report = Report::default().number("instances", LIVE);
    let report = Held::now()?.since(before, report);
    for instance in &mut instances {
        black_box(instance.call(record)?);
    }
    Ok(report)
}

/// Records one after the other through one interpreter.
pub(crate) fn stream(bench: &Bench) -> Outcome<Report> {
    let mut instance = handler(bench)?.spawn(&Directory::default(), &CancellationToken::new())?;
    let record = bench.record()?;
    for _ in 0..WARM {
        black_box(instance.call(record)?);
    }
    let (elapsed, ended) = time(|| -> Result<(), RunError> {
        for _ in 0..STREAM {
            black_box(instance.call(record)?);
        }
        Ok(())
    });
    ended?;
    Ok(Report::default()
        .number("records", STREAM)
        .number("stream_record", elapsed.as_nanos() / u128::from(STREAM)))
}

fn handler(bench: &Bench) -> Outcome<Handler> {
    let runtime = Runtime::new(bench.cache.clone());
    let program = match std::env::var_os("ENGINE") {
        Some(engine) => of_engine(&runtime, &PathBuf::from(engine), &bench.agent)?,
        None => python(&runtime, &bench.agent)?,
    };
    Ok(Handler::new(program, Grants::nothing(Limits::default()))?)
}

/// The agent at `source`, for the engine at `engine`.
pub(crate) fn of_engine(runtime: &Runtime, engine: &Path, source: &Path) -> Outcome<Arc<Program>> {
    let name = source.file_name().ok_or("an agent is a file")?;
    let name = name.to_string_lossy().into_owned();
    let agent = EngineAgent {
        entry: name.clone(),
        handler: true,
        files: vec![EngineFile {
            path: name,
            text: fs::read_to_string(source)?,
        }],
    };
    Ok(runtime.load_engine(engine, agent, Profile::General)?)
}

/// The Python agent at `source`, in the Pyodide of `$PYODIDE`.
pub(crate) fn python(runtime: &Runtime, source: &Path) -> Outcome<Arc<Program>> {
    let folder = std::env::var_os("PYODIDE").ok_or("PYODIDE does not name a folder")?;
    let folder = PathBuf::from(folder);
    let source = fs::read_to_string(source)?;
    let question = serde_json::json!({ "entry": "agent.py", "source": source });
    let answer = runtime.analyse_python(&folder, &serde_json::to_vec(&question)?)?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let imports = answer.get("imports").and_then(|imports| imports.as_array());
    let names = imports
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str());
    let agent = PythonAgent {
        entry: "agent.py".into(),
        handler: true,
        files: vec![("agent.py".into(), source.into_bytes())],
        packages: std::env::var_os("PYTHON_PACKAGES").map(|folder| Packages {
            key: folder.to_string_lossy().into_owned(),
            folder: folder.into(),
        }),
        preload: names.map(str::to_owned).collect(),
    };
    Ok(runtime.load_python(&folder, &agent)?)
}
