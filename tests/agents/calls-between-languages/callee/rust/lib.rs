//! Counts on, and says who does.

use flow_agent::{Result, error};

#[derive(serde::Serialize)]
struct Answer {
    by: &'static str,
    value: i64,
}

fn handle(value: i64) -> Result<Answer> {
    if value < 0 {
        return Err(error!("no negative numbers: {value}"));
    }
    Ok(Answer {
        by: "rust",
        value: value + 1,
    })
}

flow_agent::handler!(handle);
