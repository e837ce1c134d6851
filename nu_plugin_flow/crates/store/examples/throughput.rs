//! Measures a store: gets and commits of one agent, commits of several, and the first page of a
//! namespace of a million keys. `cargo run --release -p flow-store --example throughput [keys]`.
#![allow(clippy::print_stdout, reason = "a measurement is there to be printed")]

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use flow_store::{Filter, Store};

const ROUNDS: u32 = 100_000;
const THREADS: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let keys: u32 = match std::env::args().nth(1) {
        Some(keys) => keys.parse()?,
        None => 1_000_000,
    };
    let folder = tempfile::tempdir()?;
    let store = Store::at(&folder.path().join("memory.db"));
    let start = Instant::now();
    fill(&store, keys)?;
    println!("{keys} keys filled in {:.1?}", start.elapsed());

    first_page(&store)?;
    per_second("gets of random keys, one record each", ROUNDS, || {
        gets(&store, keys, 1)
    })?;
    per_second("gets of random keys, 100 a record", ROUNDS, || {
        gets(&store, keys, 100)
    })?;
    per_second("gets of one key, 100 a record", ROUNDS, || {
        gets(&store, 1, 100)
    })?;
    per_second("commits of one set each", ROUNDS, || {
        sets(&store, "new", ROUNDS)
    })?;
    per_second("commits that overwrite, random keys", ROUNDS, || {
        overwrites(&store, keys, ROUNDS)
    })?;
    per_second("records that count with compare-and-set", ROUNDS, || {
        counts(&store, "counter", ROUNDS)
    })?;
    per_second("the same by four threads", ROUNDS, || {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let store = store.clone();
                thread::spawn(move || {
                    counts(&store, "shared", ROUNDS / THREADS).map_err(|error| error.to_string())
                })
            })
            .collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(())
    })?;
    let start = Instant::now();
    let digest = store.digest()?;
    println!(
        "{:>10.1?}  digest of everything ({digest})",
        start.elapsed()
    );
    Ok(())
}

fn fill(store: &Store, keys: u32) -> Result<(), Box<dyn Error>> {
    let mut session = store.session();
    for number in 0..keys {
        session.set(
            "large",
            &key(number),
            "{\"total\":825.85,\"units\":33}",
            None,
        )?;
        if number % 100_000 == 99_999 {
            session.commit()?;
        }
    }
    Ok(session.commit()?)
}

fn key(number: u32) -> String {
    format!("order/{number:08}")
}

fn first_page(store: &Store) -> Result<(), Box<dyn Error>> {
    // A store of its own opens the file as a process that begins would.
    let fresh = Store::at(store.path());
    for (name, limit) in [
        ("first page of 100, file just opened", 100),
        ("first page of 1000", 1000),
    ] {
        let start = Instant::now();
        let page = fresh.session().list_keys("large", "", None, limit)?;
        println!(
            "{:>10.1?}  {name} ({} keys)",
            start.elapsed(),
            page.keys.len()
        );
    }
    let start = Instant::now();
    let filter = Filter {
        namespace: Some("large".to_owned()),
        limit: Some(1000),
        ..Filter::default()
    };
    let entries = fresh.entries(&filter)?.len();
    println!("{:>10.1?}  first {entries} entries", start.elapsed());
    Ok(())
}

fn gets(store: &Store, keys: u32, per_record: u32) -> Result<(), Box<dyn Error>> {
    let mut session = store.session();
    let mut found = 0;
    for (round, number) in numbers(keys).take(ROUNDS as usize).enumerate() {
        found += u32::from(session.get("large", &key(number))?.is_some());
        if (round as u32).is_multiple_of(per_record) {
            session.commit()?;
        }
    }
    (found == ROUNDS)
        .then_some(())
        .ok_or_else(|| "a key is missing".into())
}

fn sets(store: &Store, namespace: &str, rounds: u32) -> Result<(), Box<dyn Error>> {
    let mut session = store.session();
    for number in 0..rounds {
        session.set(namespace, &key(number), "{\"total\":825.85}", None)?;
        session.commit()?;
    }
    Ok(())
}

fn overwrites(store: &Store, keys: u32, rounds: u32) -> Result<(), Box<dyn Error>> {
    let mut session = store.session();
    for number in numbers(keys).take(rounds as usize) {
        session.set("large", &key(number), "{\"total\":1}", None)?;
        session.commit()?;
    }
    Ok(())
}

fn counts(store: &Store, name: &str, rounds: u32) -> Result<(), Box<dyn Error>> {
    let mut session = store.session();
    for _ in 0..rounds {
        loop {
            let now = session.get("counters", name)?;
            let next: u64 = now.as_deref().unwrap_or("0").parse::<u64>()? + 1;
            if session.compare_and_set("counters", name, now.as_deref(), &next.to_string())? {
                break;
            }
        }
        session.commit()?;
    }
    Ok(())
}

/// Numbers below `limit` in an order that looks random, and is the same every time.
fn numbers(limit: u32) -> impl Iterator<Item = u32> {
    let mut state = 0x2545_f491_u32;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % limit
    })
}

fn per_second(
    name: &str,
    rounds: u32,
    action: impl FnOnce() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    action()?;
    let each = start.elapsed().max(Duration::from_nanos(1)) / rounds;
    println!(
        "{:>10.0}  {name} a second ({each:.1?} each)",
        1.0 / each.as_secs_f64()
    );
    Ok(())
}
