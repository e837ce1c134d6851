//! Refuses negative numbers.

use flow_agent::{Result, error};

fn handle(record: i64) -> Result<i64> {
    if record < 0 {
        return Err(error!("no negative numbers: {record}"));
    }
    Ok(record)
}

flow_agent::handler!(handle);
