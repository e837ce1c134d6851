//! Reads and writes the memory as it is told.

use flow_agent::{Result, error, memory};

#[derive(serde::Serialize)]
struct Found {
    found: Option<i64>,
}

fn handle(what: String) -> Result<Found> {
    let found = match what.as_str() {
        "read" => memory::get("prices", "tea")?,
        "other" => memory::get("secrets", "x")?,
        "write" => {
            memory::set("prices", "tea", &3)?;
            None
        }
        other => return Err(error!("unknown: {other}")),
    };
    Ok(Found { found })
}

flow_agent::handler!(handle);
