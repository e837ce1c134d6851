//! The subject of a measurement, as the command line names it.

use std::path::PathBuf;

use flow_cache::Cache;
use flow_contract::Limits;
use flow_runtime::{Grants, Handler, Profile, Runtime};

use crate::measure::Outcome;

/// What is measured, and with what.
pub(crate) struct Bench {
    pub(crate) agent: PathBuf,
    pub(crate) records: Vec<String>,
    pub(crate) cache: Cache,
}

impl Bench {
    pub(crate) fn read() -> Outcome<(String, Self)> {
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

    pub(crate) fn record(&self) -> Outcome<&str> {
        Ok(self.records.first().ok_or("there are no records")?)
    }

    /// The agent with nothing granted, in a runtime with room for `instances`.
    pub(crate) fn handler(&self, instances: u32) -> Outcome<Handler> {
        let runtime = Runtime::with_instances(self.cache.clone(), instances);
        let program = runtime.load(&self.agent, Profile::General)?;
        Ok(Handler::new(program, Grants::nothing(Limits::default()))?)
    }
}
