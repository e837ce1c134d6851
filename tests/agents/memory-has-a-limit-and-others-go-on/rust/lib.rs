//! Takes ever more memory with the second record.

use flow_agent::Result;

fn handle(record: i64) -> Result<i64> {
    let mut kept = Vec::new();
    while record == 2 {
        kept.push(std::hint::black_box(vec![1_u8; 1 << 20]));
    }
    Ok(record)
}

flow_agent::handler!(handle);
