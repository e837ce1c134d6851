//! Calls of other agents, in the same process and on the caller's time.

use std::borrow::Cow;

use flow_contract::{fit_answer, fit_input, with_causes};
use miette::Diagnostic;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use wasmtime::StoreContextMut;
use wasmtime::component::Linker;

use super::host::AgentHost;
use crate::clock::Clock;
use crate::error::RunError;
use crate::host::refusals::Refusal;
use crate::host::view::HostView;
use crate::peers::{Caller, Entry};

const PEERS: &str = "flow:agent/peers@0.1.0";
/// Agents in one chain of calls. Each has an instance and a stack.
const DEPTH: usize = 16;

/// Answers every call with "not granted": an instance that was granted an agent is
/// on a fiber.
pub(super) fn add_refusing<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.instance(PEERS)?.func_wrap(
        "call",
        |mut store: StoreContextMut<'_, T>, (agent, _input): (String, String)| {
            let refused = store.data_mut().agent().refuse(Refusal::call(&agent));
            Ok((Err::<String, String>(refused),))
        },
    )
}

/// Runs the called agent on the caller's fiber.
pub(super) fn add_waiting<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.instance(PEERS)?.func_wrap_async(
        "call",
        |mut store: StoreContextMut<'_, T>, (agent, input): (String, String)| {
            Box::new(async move {
                let (deadline, cancel) = store.data().bounds();
                let clock = Clock::new(deadline, &cancel);
                let answer = store.data_mut().agent().call(&agent, &input, clock).await;
                // What the callee says of a time that was the caller's is for nobody.
                clock.check()?;
                Ok((answer,))
            })
        },
    )
}

impl AgentHost {
    /// The answer of the agent that this one knows as `agent`, to `input`, while the
    /// `clock` of this one runs.
    ///
    /// # Errors
    /// It was not granted, calls itself or too many deep, or failed: as the caller is to
    /// read it.
    pub(crate) async fn call(
        &mut self,
        agent: &str,
        input: &str,
        clock: Clock<'_>,
    ) -> Result<String, String> {
        let entry = self.callee(agent)?;
        let record = self.record.clone();
        let nested = record.nest(self.depth(), &self.link.name, agent, input.len());
        let answer = self.converted(agent, &entry, input, clock).await;
        match &answer {
            Ok(answer) => nested.keep(answer.len()),
            Err(RunError::Timeout { calling, .. }) if clock.is_over() => {
                nested.stop(calling.clone());
                return Err(format!("{agent}: the time of its caller was over"));
            }
            Err(error) => nested.undo(&with_causes(error)),
        }
        answer.map_err(|error| {
            if let Some(help) = error.help() {
                self.refusals().note(format!("`{agent}`: {help}"));
            }
            format!("{agent}: {}", with_causes(&error))
        })
    }

    /// Who that is, if it is granted and may be called from here.
    fn callee(&self, agent: &str) -> Result<Entry, String> {
        let Some(identity) = self.grants.callable.get(agent) else {
            return Err(self.refuse(Refusal::call(agent)));
        };
        self.check_chain(agent, identity)?;
        let entry = self.directory.get(identity);
        entry.ok_or_else(|| format!("the agent `{agent}` was not loaded"))
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

    /// The answer as a value, between the two ends of the callee's signature.
    async fn converted(
        &mut self,
        agent: &str,
        entry: &Entry,
        input: &str,
        clock: Clock<'_>,
    ) -> Result<String, RunError> {
        let refuse = |message: String| RunError::Agent {
            message,
            help: None,
        };
        let input = match &entry.signature.input {
            Some(expected) => fit_input(input, expected)
                .map(Cow::Owned)
                .map_err(|why| refuse(format!("this does not fit its signature: {why}")))?,
            None => Cow::Borrowed(input),
        };
        let answer = self.answer(agent, entry, &input, clock).await?;
        match &entry.signature.output {
            Some(expected) => fit_answer(&answer, expected)
                .map_err(|why| refuse(format!("its answer does not fit its signature: {why}"))),
            None => value(answer),
        }
    }

    /// The answer of the instance that was called before, or of a fresh one.
    async fn answer(
        &mut self,
        agent: &str,
        entry: &Entry,
        input: &str,
        clock: Clock<'_>,
    ) -> Result<String, RunError> {
        let bound = clock.deadline;
        let mut instance = match self.called.remove(agent) {
            Some(instance) => instance,
            None => {
                let caller = Caller {
                    link: Some(self.link.clone()),
                    directory: self.directory.clone(),
                    record: self.record.clone(),
                    bound,
                };
                entry.callee.spawn_for(caller, clock.cancel).await?
            }
        };
        let answer = instance.answer(input, bound).await;
        if instance.is_alive() {
            self.called.insert(agent.to_owned(), instance);
        }
        answer
    }
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
