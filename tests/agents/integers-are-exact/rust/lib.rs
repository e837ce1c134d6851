//! Gives back what came.

use flow_agent::Result;
use serde_json::Value;

#[derive(serde::Serialize)]
struct Echo {
    echo: Value,
}

fn handle(echo: Value) -> Result<Echo> {
    Ok(Echo { echo })
}

flow_agent::handler!(handle);
