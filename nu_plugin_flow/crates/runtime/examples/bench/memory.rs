//! The durable memory, from one agent and by itself. `AGENT` is a source for `$ENGINE`
//! that gets `{"get": N}` or `{"set": VALUE}`: see `scripts/bench/memory.js`.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::SystemTime;

use flow_contract::{Limits, MemoryGrant};
use flow_runtime::{CancellationToken, Directory, Grants, Handler, Runtime};
use flow_store::{Entry, Filter, Import, LIMITS, Store};

use crate::interpreted::of_engine;
use crate::measure::{Outcome, Report, time};
use crate::subject::Bench;

const NAMESPACE: &str = "bench";
const GETS: u32 = 100_000;
const SETS: u32 = 10_000;
const KEYS: u64 = 1_000_000;
const PAGES: u32 = 200;

/// Gets in one record, and records that each commit one set.
pub(crate) fn agent(bench: &Bench) -> Outcome<Report> {
    let folder = tempfile::tempdir_in(".")?;
    let mut grants = Grants::nothing(Limits::default());
    grants.limits.timeout = None;
    grants.store = Some(Store::at(&folder.path().join("memory.db")));
    let grant = MemoryGrant::parse(NAMESPACE)?;
    grants.permissions.memory.push(grant);
    let runtime = Runtime::new(bench.cache.clone());
    let engine = std::env::var_os("ENGINE").ok_or("ENGINE names no engine")?;
    let program = of_engine(&runtime, &PathBuf::from(engine), &bench.agent)?;
    let handler = Handler::new(program, grants)?;
    let mut instance = handler.spawn(&Directory::default(), &CancellationToken::new())?;
    let (sets, ended) = time(|| -> Outcome<()> {
        for number in 0..SETS {
            instance.call(&format!("{{\"set\": {number}}}"))?;
            instance.commit()?;
        }
        Ok(())
    });
    ended?;
    let record = format!("{{\"get\": {GETS}}}");
    let (gets, found) = time(|| instance.call(&record));
    if found? != GETS.to_string() {
        return Err("a key was not found".into());
    }
    Ok(Report::default()
        .number("get", gets.as_nanos() / u128::from(GETS))
        .number("committed_set", sets.as_nanos() / u128::from(SETS)))
}

/// The first page of a namespace of a million keys.
pub(crate) fn page() -> Outcome<Report> {
    let folder = tempfile::tempdir_in(".")?;
    let store = Store::at(&folder.path().join("memory.db"));
    let now = SystemTime::now();
    let entry = |number: u64| Entry {
        namespace: NAMESPACE.into(),
        key: format!("key/{number:07}"),
        value: number.to_string(),
        created: now,
        updated: now,
        expires: None,
    };
    let imported = store.import((0..KEYS).map(entry).collect(), Import::default())?;
    if imported.added != KEYS {
        return Err("not all keys were written".into());
    }
    let mut keys = Vec::new();
    for _ in 0..PAGES {
        let mut session = store.session();
        let (took, page) = time(|| session.list_keys(NAMESPACE, "", None, LIMITS.page));
        black_box(page?);
        keys.push(took);
    }
    let mut entries = Vec::new();
    let filter = Filter {
        namespace: Some(NAMESPACE.into()),
        limit: Some(LIMITS.page),
        ..Filter::default()
    };
    for _ in 0..PAGES {
        let (took, page) = time(|| store.entries(&filter));
        black_box(page?);
        entries.push(took);
    }
    Ok(Report::default()
        .times("keys", keys)
        .times("entries", entries))
}
