//! Keeps what is even.

use flow_agent::Result;

fn handle(record: i64) -> Result<Option<i64>> {
    Ok(Some(record).filter(|record| record % 2 == 0))
}

flow_agent::handler!(handle);
