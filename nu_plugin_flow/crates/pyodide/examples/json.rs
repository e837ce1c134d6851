//! JSON from Python, without flow and without JavaScript.
//!
//! `cargo run --release --example json -- FOLDER`, where FOLDER holds
//! `pyodide.asm.wasm` and `python_stdlib.zip` of the npm package `pyodide`.
#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use pyodide_wasmtime::{Distribution, NoCache, Options, Pyodide, Snapshot, Streams, configure};
use wasmtime::{Config, Engine};

const PROGRAM: &str = r#"
import json

def totals(text):
    orders = json.loads(text)
    return json.dumps({"count": len(orders), "total": sum(o["price"] for o in orders)}).encode()
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("name the folder of pyodide")?;
    let mut config = Config::new();
    configure(&mut config);
    let engine = Engine::new(&config)?;

    let begun = Instant::now();
    let pyodide = Pyodide::new(&engine, Distribution::open(Path::new(&folder))?, NoCache)?;
    println!("compiled in {:.1?}", begun.elapsed());

    let begun = Instant::now();
    let mut python = pyodide.boot(options()).await?;
    println!("started in {:.1?}", begun.elapsed());

    // Everything up to here is done once: others start from a snapshot of it.
    python.execute(PROGRAM).await?;
    let totals = python.function("__main__", "totals").await?;
    let path = std::env::temp_dir().join("pyodide-example.snapshot");
    Snapshot::take(python, &[("totals", totals)], &path).await?;
    let snapshot = Snapshot::open(&pyodide, &path)?;
    std::fs::remove_file(&path)?;

    for _ in 0..3 {
        let begun = Instant::now();
        let mut python = pyodide.start(&snapshot, Options::default()).await?;
        let totals = snapshot.function("totals").ok_or("it was named")?;
        let answer = python
            .call(totals, br#"[{"price": 3}, {"price": 4.5}]"#)
            .await?;
        let answer = String::from_utf8(answer)?;
        println!("{answer} from a new interpreter in {:.1?}", begun.elapsed());
    }
    Ok(())
}

/// Python that says on standard error what goes wrong.
fn options() -> Options {
    Options {
        streams: Streams {
            error: Box::new(tokio::io::stderr()),
            ..Streams::default()
        },
        ..Options::default()
    }
}
