//! Calls to other agents.
//!
//! `agent.toml` grants them by name: `[permissions] agents = ["tokenize"]`. Outside
//! of flow (in `cargo test`, in a browser) a call is an error.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::imports;

/// Hands `input` to the agent of that name and returns its answer. An agent that
/// gives no record, or several, answers a list of them.
pub fn call<I: Serialize, O: DeserializeOwned>(agent: &str, input: &I) -> Result<O> {
    let input = serde_json::to_string(input)?;
    let answer = imports::call(agent, &input).map_err(Error::new)?;
    Ok(serde_json::from_str(&answer)?)
}
