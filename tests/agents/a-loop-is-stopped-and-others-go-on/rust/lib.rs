//! Never ends with the second record.

use flow_agent::Result;

fn handle(record: i64) -> Result<i64> {
    while record == 2 {
        std::hint::black_box(record);
    }
    Ok(record)
}

flow_agent::handler!(handle);
