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
mod subject;

use self::measure::Outcome;
use self::subject::Bench;

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
