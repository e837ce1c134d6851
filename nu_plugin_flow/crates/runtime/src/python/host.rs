//! The host of one Python interpreter: what `flow.memory` and `flow.call` lead to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use pyodide_wasmtime::{Answer, Host};
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::questions::{CALL, about_memory, unknown};
use crate::clock::Clock;
use crate::host::agent::host::AgentHost;

/// Answers the calls of one interpreter.
pub(super) struct Calls {
    pub(super) agent: AgentHost,
    /// When the record that it works on has to end.
    pub(super) deadline: Arc<Mutex<Option<Instant>>>,
    pub(super) cancel: CancellationToken,
}

impl Host for Calls {
    fn call<'a>(&'a mut self, name: &'a str, payload: &'a [u8]) -> Answer<'a> {
        Box::pin(async move {
            if name != CALL {
                return about_memory(&mut self.agent, name, payload);
            }
            let (agent, input): (String, &RawValue) =
                serde_json::from_slice(payload).map_err(unknown)?;
            let deadline = *self.deadline.lock().unwrap_or_else(PoisonError::into_inner);
            let clock = Clock::new(deadline, &self.cancel);
            let answer = self.agent.call(&agent, input.get(), clock).await?;
            Ok(answer.into_bytes())
        })
    }
}
