//! Answers with an integer that is one too large.

use flow_agent::Result;

#[derive(serde::Serialize)]
struct Outer {
    answer: Inner,
}

#[derive(serde::Serialize)]
struct Inner {
    large: u64,
}

fn handle(_record: i64) -> Result<Outer> {
    let large = 1 << 63;
    Ok(Outer {
        answer: Inner { large },
    })
}

flow_agent::handler!(handle);
