//! Runs an agent on JSON Lines, without Nushell:
//! `cargo run -p flow-run --example json_lines score.py < orders.jsonl`

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use flow_run::{Agents, Local, Overrides, Places};
use flow_runtime::CancellationToken;

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).ok_or("name an agent")?;
    let (places, here, cancel) = (Places::of_user()?, Local::new("."), AtomicBool::new(false));
    let agents = Agents::new(&places, &here, &cancel);
    let overrides = Overrides::default();
    let token = CancellationToken::new();
    let mut worker = agents.worker(&name, Path::new("."), &overrides, token)?;
    let mut output = std::io::stdout().lock();
    for record in std::io::stdin().lock().lines() {
        let answer = worker.call(&record?)?;
        writeln!(output, "{}", answer.text())?;
        answer.commit()?;
    }
    Ok(())
}
