//! Keeps a value, reads it again, and has another agent give it back.

use flow_agent::{Result, memory, peers};
use serde_json::Value;

#[derive(serde::Serialize)]
struct Both {
    kept: Option<Value>,
    called: Value,
}

fn handle(value: Value) -> Result<Both> {
    memory::set("values", "kept", &value)?;
    Ok(Both {
        kept: memory::get("values", "kept")?,
        called: peers::call("echo", &value)?,
    })
}

flow_agent::handler!(handle);
