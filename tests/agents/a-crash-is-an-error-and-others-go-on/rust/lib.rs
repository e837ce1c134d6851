//! Recurses without end at the second record.

use flow_agent::Result;
use std::hint::black_box;

fn deeper(depth: u64) -> u64 {
    if black_box(depth) == u64::MAX {
        return 0;
    }
    1 + black_box(deeper(black_box(depth + 1)))
}

fn handle(record: i64) -> Result<i64> {
    if record == 2 {
        black_box(deeper(0));
    }
    Ok(record)
}

flow_agent::handler!(handle);
