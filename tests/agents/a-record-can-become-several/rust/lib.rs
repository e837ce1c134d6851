//! Counts up to what came.

use flow_agent::{Many, Result, many};
use std::ops::Range;

fn handle(record: i64) -> Result<Many<Range<i64>>> {
    Ok(many(0..record))
}

flow_agent::handler!(handle);
