//! One Pyodide for all tests, and what they check with.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use libtest_mimic::Failed;
use pyodide_wasmtime::{
    Distribution, Error, Exception, Instance, NoCache, Options, Pyodide, Snapshot, configure,
};
use tokio::runtime::{Builder, Runtime};
use wasmtime::{Config, Engine};

/// What a test finds.
pub type Finding = Result<(), Failed>;

/// Pyodide, and a snapshot of it as it is after its start.
pub struct World {
    pub pyodide: Pyodide,
    started: Snapshot,
    runtime: Runtime,
}

impl World {
    pub fn new(folder: &Path) -> Result<Self, Failed> {
        let mut config = Config::new();
        configure(&mut config);
        config.epoch_interruption(true);
        let engine = Engine::new(&config)?;
        let clock = engine.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(2));
                clock.increment_epoch();
            }
        });
        let distribution = Distribution::open(folder)?;
        let pyodide = Pyodide::new(&engine, distribution, NoCache)?;
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("snapshot");
        let started = runtime.block_on(async {
            let python = pyodide.boot(Options::default()).await?;
            Snapshot::take(python, &[], &path).await?;
            Snapshot::open(&pyodide, &path)
        });
        Ok(Self {
            started: started?,
            pyodide,
            runtime,
        })
    }

    /// A new interpreter.
    pub fn start(&self, options: Options) -> Result<Instance, Error> {
        self.wait_for(self.pyodide.start(&self.started, options))
    }

    /// Runs `program`, and calls the function `f` in it.
    pub fn call(&self, python: &mut Instance, program: &str, input: &str) -> Result<String, Error> {
        self.wait_for(async {
            python.execute(program).await?;
            let function = python.function("__main__", "f").await?;
            let answer = python.call(function, input.as_bytes()).await?;
            Ok(String::from_utf8_lossy(&answer).into_owned())
        })
    }

    pub fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The same, for errors of any kind.
    pub fn wait<T>(&self, future: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
        self.runtime.block_on(future)
    }
}

/// Fails where two texts differ.
pub fn check(found: &str, expected: &str) -> Finding {
    if found == expected {
        return Ok(());
    }
    Err(format!("found `{found}`, expected `{expected}`").into())
}

/// The exception that was raised.
pub fn exception<T: std::fmt::Debug>(result: Result<T, Error>) -> Result<Exception, Failed> {
    match result {
        Err(Error::Exception(exception)) => Ok(*exception),
        other => Err(format!("no exception: {other:?}").into()),
    }
}
