//! Calls the agent that it is told.

use flow_agent::{Result, peers};
use serde_json::Value;

#[derive(serde::Deserialize)]
struct Task {
    agent: String,
    value: Value,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Answer(Value),
    Error(String),
}

fn handle(task: Task) -> Result<Outcome> {
    match peers::call(&task.agent, &task.value) {
        Ok(answer) => Ok(Outcome::Answer(answer)),
        Err(error) if task.agent == "echo" => {
            let text = error.to_string();
            let sentence = text.lines().next().unwrap_or_default();
            Ok(Outcome::Error(sentence.to_owned()))
        }
        Err(error) => Err(error),
    }
}

flow_agent::handler!(handle);
