//! Counts the records.

use flow_agent::Result;
use std::sync::atomic::{AtomicI64, Ordering};

static RECORDS: AtomicI64 = AtomicI64::new(0);

fn handle(_record: String) -> Result<i64> {
    Ok(RECORDS.fetch_add(1, Ordering::Relaxed) + 1)
}

flow_agent::handler!(handle);
