//! Measures the runtime in process, for `scripts/bench.nu`:
//! `bench FIGURE AGENT.wasm RECORDS.jsonl`.
//!
//! Writes one JSON object of numbers to stdout; times are in nanoseconds,
//! sizes in bytes. Code is cached as the plugin caches it (`$FLOW_CACHE_DIR`).

mod calls;
mod interpreted;
mod live;
mod measure;
mod memory;
mod peers;
mod process;
mod stop;

use std::error::Error;
use std::path::PathBuf;

use flow_cache::Cache;
use flow_runtime::{Grants, Handler, Limits, Profile, Runtime};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is measured, and with what.
struct Bench {
    agent: PathBuf,
    records: Vec<String>,
    cache: Cache,
}

impl Bench {
    fn read() -> Outcome<(String, Self)> {
        let mut arguments = std::env::args().skip(1);
        let usage = "usage: bench FIGURE AGENT.wasm RECORDS.jsonl";
        let figure = arguments.next().ok_or(usage)?;
        let agent = arguments.next().ok_or(usage)?.into();
        let records = std::fs::read_to_string(arguments.next().ok_or(usage)?)?;
        let records = records.lines().map(str::to_owned).collect();
        let cache = Cache::locate()?;
        Ok((
            figure,
            Self {
                agent,
                records,
                cache,
            },
        ))
    }

    fn record(&self) -> Outcome<&str> {
        Ok(self.records.first().ok_or("there are no records")?)
    }

    /// The agent with nothing granted, in a runtime with room for `instances`.
    fn handler(&self, instances: u32) -> Outcome<Handler> {
        let runtime = Runtime::with_instances(self.cache.clone(), instances);
        let program = runtime.load(&self.agent, Profile::General)?;
        Ok(Handler::new(program, Grants::nothing(Limits::default()))?)
    }
}

fn main() -> Outcome<()> {
    let (figure, bench) = Bench::read()?;
    let report = match figure.as_str() {
        "spawn" => calls::spawn(&bench)?,
        "call" => calls::call(&bench)?,
        "stream" => calls::stream(&bench)?,
        "live" => live::live(&bench)?,
        "python-spawn" => interpreted::spawn(&bench, "python_spawn")?,
        "engine-spawn" => interpreted::spawn(&bench, "engine_spawn")?,
        "python-live" | "engine-live" => interpreted::live(&bench)?,
        "python-stream" | "engine-stream" => interpreted::stream(&bench)?,
        "calls" => peers::calls(&bench)?,
        "memory" => memory::agent(&bench)?,
        "memory-page" => memory::page()?,
        "refusal" => live::refusal(&bench)?,
        "soak" => live::soak(&bench)?,
        "stop-loop" => stop::looping(&bench)?,
        "stop-wait-loop" => stop::looping_where_it_may_wait(&bench)?,
        "stop-wait-sleep" => stop::asleep(&bench)?,
        unknown => return Err(format!("unknown figure: `{unknown}`").into()),
    };
    report.write()
}
