//! Counts the words of a text.

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Input {
    id: i64,
    text: String,
}

#[derive(Serialize)]
struct Output {
    id: i64,
    words: usize,
    distinct: usize,
}

fn handle(input: Input) -> flow_agent::Result<Output> {
    let text = input.text.to_lowercase();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let total = words.len();
    words.sort_unstable();
    words.dedup();
    Ok(Output {
        id: input.id,
        words: total,
        distinct: words.len(),
    })
}

flow_agent::handler!(handle);
