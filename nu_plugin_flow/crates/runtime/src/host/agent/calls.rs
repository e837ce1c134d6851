//! Calls of other agents, in the same process and on the caller's time.

use std::borrow::Cow;
use std::time::Instant;

use miette::Diagnostic;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;
use wasmtime::StoreContextMut;
use wasmtime::component::Linker;

use super::{AgentHost, Called};
use crate::error::RunError;
use crate::handler::Handler;
use crate::host::refusals::Refusal;
use crate::peers::{Conversions, Peer};
use crate::state::{State, Stop};

const PEERS: &str = "flow:agent/peers@0.1.0";
/// Agents in one chain of calls. Each has an instance and a stack.
const DEPTH: usize = 16;

/// Answers every call with "not granted": an instance that was granted an agent is
/// on a fiber.
pub(super) fn add_refusing(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance(PEERS)?.func_wrap(
        "call",
        |mut store: StoreContextMut<'_, State>, (agent, _input): (String, String)| {
            let refused: Result<String, String> = Err(store.data_mut().agent.refuse_call(&agent));
            Ok((refused,))
        },
    )
}

/// Runs the called agent on the caller's fiber.
pub(super) fn add(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance(PEERS)?.func_wrap_async(
        "call",
        |mut store: StoreContextMut<'_, State>, (agent, input): (String, String)| {
            Box::new(async move {
                let (deadline, cancel) = {
                    let state = store.data();
                    (state.deadline(), state.cancel().clone())
                };
                let host = &mut store.data_mut().agent;
                let answer = host.call(&agent, &input, deadline, &cancel).await;
                // What the callee says of a time that was the caller's is for nobody.
                if cancel.is_cancelled() {
                    return Err(Stop::Interrupted.into());
                }
                if is_over(deadline) {
                    return Err(Stop::Timeout.into());
                }
                Ok((answer,))
            })
        },
    )
}

impl AgentHost {
    /// The answer of the agent that this one knows as `agent`, to `input`, by `deadline`.
    ///
    /// # Errors
    /// It was not granted, calls itself or too many deep, or failed: as the caller is to
    /// read it.
    pub(crate) async fn call(
        &mut self,
        agent: &str,
        input: &str,
        deadline: Option<Instant>,
        cancel: &CancellationToken,
    ) -> Result<String, String> {
        let peer = self.callee(agent)?;
        let record = self.record.clone();
        let nested = record.nest(self.depth(), &self.link.name, agent, input.len());
        let answer = self.answer(agent, &peer, input, deadline, cancel).await;
        match &answer {
            Ok(answer) => nested.keep(answer.len()),
            Err(RunError::Timeout { calling, .. }) if is_over(deadline) => {
                nested.stop(calling.clone());
                return Err(format!("{agent}: the time of its caller was over"));
            }
            Err(error) => nested.undo(&in_words(error)),
        }
        answer.map_err(|error| {
            if let Some(help) = error.help() {
                self.refusals.told(format!("`{agent}`: {help}"));
            }
            format!("{agent}: {}", in_words(&error))
        })
    }

    /// Who that is, if it is granted and may be called from here.
    fn callee(&self, agent: &str) -> Result<Peer, String> {
        let Some(identity) = self.grants.callable.get(agent) else {
            return Err(self.refuse_call(agent));
        };
        self.check_chain(agent, identity)?;
        let peer = self.directory.get(identity);
        peer.ok_or_else(|| format!("the agent `{agent}` was not loaded"))
    }

    fn refuse_call(&self, agent: &str) -> String {
        let refusal = Refusal::call(agent);
        let message = format!("not granted: {}", refusal.what);
        self.refuse(refusal);
        message
    }

    fn check_chain(&self, agent: &str, identity: &str) -> Result<(), String> {
        let mut chain = self.link.chain();
        let depth = chain.len();
        chain.push(agent);
        if self.link.has(identity) {
            return Err(format!(
                "a cycle of calls: {}: `{agent}` waits for this very answer",
                chain.join(" → ")
            ));
        }
        if depth >= DEPTH {
            return Err(format!(
                "too many calls in each other: {}: at most {DEPTH} agents may wait for one another",
                chain.join(" → ")
            ));
        }
        Ok(())
    }

    /// The answer of `peer` as a value, between the two ends of its signature.
    async fn answer(
        &mut self,
        agent: &str,
        peer: &Peer,
        input: &str,
        bound: Option<Instant>,
        cancel: &CancellationToken,
    ) -> Result<String, RunError> {
        let refuse = |message: String| RunError::Agent {
            message,
            help: None,
        };
        let Conversions {
            input: taken,
            output: given,
        } = &peer.conversions;
        let input = match taken {
            Some(convert) => convert(input)
                .map(Cow::Owned)
                .map_err(|why| refuse(format!("this does not fit its signature: {why}")))?,
            None => Cow::Borrowed(input),
        };
        let answer = self
            .run(agent, &peer.handler, &input, bound, cancel)
            .await?;
        match given {
            Some(convert) => convert(&answer)
                .map_err(|why| refuse(format!("its answer does not fit its signature: {why}"))),
            None => value(answer),
        }
    }

    async fn run(
        &mut self,
        agent: &str,
        handler: &Handler,
        input: &str,
        bound: Option<Instant>,
        cancel: &CancellationToken,
    ) -> Result<String, RunError> {
        let mut instance = match self.kept.remove(agent) {
            Some(instance) => instance,
            None => {
                let called = Called {
                    caller: self.link.clone(),
                    directory: self.directory.clone(),
                    record: self.record.clone(),
                    bound,
                };
                handler.spawn_called(&called, cancel).await?
            }
        };
        let answer = instance.call_called(input, bound).await;
        if instance.is_alive() {
            self.kept.insert(agent.to_owned(), instance);
        }
        answer
    }
}

fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// The answer as a value: no record, and several, are a list.
fn value(answer: String) -> Result<String, RunError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Several<'a> {
        #[serde(rename = "$emit", borrow)]
        records: &'a RawValue,
    }
    let wrong = |error: serde_json::Error| RunError::Agent {
        message: format!("its answer is not the JSON of an agent: {error}"),
        help: None,
    };
    if !answer.trim_start().starts_with("{\"$emit\"") {
        serde_json::from_str::<IgnoredAny>(&answer).map_err(wrong)?;
        return Ok(answer);
    }
    let several: Several<'_> = serde_json::from_str(&answer).map_err(wrong)?;
    Ok(several.records.get().to_owned())
}

/// The error with its causes, without help.
fn in_words(error: &RunError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        let told = current.to_string();
        if !text.contains(&told) {
            text = format!("{text}: {told}");
        }
        cause = current.source();
    }
    text
}
