//! Calls the agent that it is told, and says who does.

use flow_agent::{Result, peers};
use serde_json::Value;

#[derive(serde::Deserialize)]
struct Task {
    to: String,
    value: i64,
}

#[derive(serde::Serialize)]
struct Answer {
    from: &'static str,
    answer: Value,
}

fn handle(task: Task) -> Result<Answer> {
    Ok(Answer {
        from: "rust",
        answer: peers::call(&task.to, &task.value)?,
    })
}

flow_agent::handler!(handle);
