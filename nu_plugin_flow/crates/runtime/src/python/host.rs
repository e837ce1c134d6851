//! The host of one Python interpreter: what `flow.memory` and `flow.call` lead to.

use pyodide_wasmtime::{Answer, Host};
use serde_json::value::RawValue;

use super::questions::{CALL, about_memory, unknown};
use crate::host::agent::Ungranted;
use crate::host::agent::flow::agent::peers::Host as _;

/// Answers the calls of one interpreter.
pub(crate) struct Calls(pub(super) Ungranted);

impl Host for Calls {
    fn call<'a>(&'a mut self, name: &'a str, payload: &'a [u8]) -> Answer<'a> {
        Box::pin(async move {
            if name != CALL {
                return about_memory(&mut self.0, name, payload);
            }
            let (agent, input): (String, &RawValue) =
                serde_json::from_slice(payload).map_err(unknown)?;
            let answer = self.0.call(agent, input.get().to_owned())?;
            Ok(answer.into_bytes())
        })
    }
}
