//! What a run is granted beyond its sandbox: where its memory is, and the agents that it
//! may call, built and loaded before it begins.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use flow_build::{Agent, AgentKind};
use flow_runtime::{AgentGrant, Conversion, Conversions, Directory, Grants, Handler, Kind};
use flow_store::Store;
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, Span, Spanned, Value};

use super::locate::{self, Loaded};
use super::memory;
use super::run::Signatures;
use crate::FlowPlugin;
use crate::shell::errors::labeled;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;
use crate::shell::json::{Answer, Tagging, decode_answer, decode_value, encode};

/// Completes the grants of one run.
pub(crate) struct Granting<'a> {
    pub(crate) plugin: &'a FlowPlugin,
    pub(crate) engine: &'a EngineInterface,
    pub(crate) flags: &'a Flags,
    pub(crate) interrupt: &'a Interrupt,
    /// What the user typed to name the agent.
    pub(crate) span: Span,
}

/// What is known of the agents that a run may lead to.
#[derive(Default)]
struct Known {
    store: Option<Store>,
    directory: Directory,
    identities: HashSet<String>,
}

impl Granting<'_> {
    /// What `agent` is granted by its manifest and the flags. Agents that it may call,
    /// and those that these may call, are ready afterwards; they are granted what their
    /// own manifests name.
    pub(crate) fn grants(&self, agent: &Agent, is_command: bool) -> Result<Grants, LabeledError> {
        let mut grants = self.flags.grants(agent, self.engine, is_command)?;
        let mut known = Known::default();
        grants.identity = identity(agent);
        known.identities.insert(grants.identity.clone());
        self.remember(&mut grants, &mut known)?;
        let named = |grant: &AgentGrant| {
            let mut flags = self.flags.agents();
            flags.find_map(|(named, span)| (named == grant).then_some(span))
        };
        for grant in grants.permissions.agents.clone() {
            let identity = self.callee(&agent.name, &grant, named(&grant), &mut known)?;
            grants.callable.insert(grant.name, identity);
        }
        grants.directory = known.directory;
        Ok(grants)
    }

    /// The memory, where a namespace of it was granted.
    fn remember(&self, grants: &mut Grants, known: &mut Known) -> Result<(), LabeledError> {
        if grants.permissions.memory.is_empty() {
            return Ok(());
        }
        if known.store.is_none() {
            let location = memory::location(self.engine, false, self.span)?;
            known.store = Some(Store::at(&location.path));
        }
        grants.store = known.store.clone();
        Ok(())
    }

    /// Loads an agent that `caller` may call, and all that it may call itself; returns
    /// who it is. `flag` is where the user named it, if not in a manifest.
    fn callee(
        &self,
        caller: &str,
        grant: &AgentGrant,
        flag: Option<Span>,
        known: &mut Known,
    ) -> Result<String, LabeledError> {
        let at = match flag {
            Some(span) => (span, "this agent"),
            None => (self.span, "this agent may call it"),
        };
        let refuse = |mut error: LabeledError| {
            error.msg = format!("`{caller}` cannot call `{}`: {}", grant.name, error.msg);
            error.labels = Box::default();
            error.with_label(at.1, at.0)
        };
        let text = Spanned {
            item: grant.place.clone(),
            span: at.0,
        };
        let Loaded { agent, program } = self.load(&text, &grant.base).map_err(refuse)?;
        let identity = identity(&agent);
        if !known.identities.insert(identity.clone()) {
            return Ok(identity);
        }
        if program.kind() != Kind::Handler {
            return Err(refuse(
                LabeledError::new("it has no `handle` that could be called")
                    .with_code("flow::permissions::callee")
                    .with_help(
                        "a program or a typed component is run by itself: `flow run`, `flow call`",
                    ),
            ));
        }
        let mut grants = Flags::default().grants(&agent, self.engine, false)?;
        grants.identity = identity.clone();
        self.remember(&mut grants, known)?;
        for grant in grants.permissions.agents.clone() {
            let callee = self.callee(&agent.name, &grant, None, known)?;
            grants.callable.insert(grant.name, callee);
        }
        let handler =
            Handler::new(program, grants).map_err(|error| refuse(labeled(&error, at.1, at.0)))?;
        let conversions = conversions(&agent, at.0).map_err(refuse)?;
        known.directory.add(identity.clone(), handler, conversions);
        Ok(identity)
    }

    fn load(&self, text: &Spanned<String>, base: &Path) -> Result<Loaded, LabeledError> {
        let flags = Flags::default();
        locate::load(
            self.plugin,
            self.engine,
            text,
            base,
            &flags,
            false,
            self.interrupt,
        )
    }
}

/// What the signature of `agent` makes of what others hand it and of what it answers: the
/// same as at the ends of a pipeline.
fn conversions(agent: &Agent, span: Span) -> Result<Conversions, LabeledError> {
    let Signatures { input, output, .. } = Signatures::read(agent, false, span)?;
    let input = input.map(|ty| -> Conversion {
        Arc::new(move |text| {
            let value = decode_value(text, Span::unknown(), Some(&ty)).map_err(in_words)?;
            json(&value, Tagging::Signature(&ty))
        })
    });
    let output = output.map(|ty| -> Conversion {
        Arc::new(move |text| {
            let answer = decode_answer(text, Span::unknown(), Some(&ty)).map_err(in_words)?;
            let value = match answer {
                Answer::One(value) => value,
                Answer::Many(values) => Value::list(values, Span::unknown()),
            };
            json(&value, Tagging::Everywhere)
        })
    });
    Ok(Conversions { input, output })
}

fn json(value: &Value, tagging: Tagging<'_>) -> Result<String, String> {
    let mut text = Vec::new();
    encode(value, tagging, &mut text).map_err(in_words)?;
    String::from_utf8(text).map_err(in_words)
}

fn in_words(error: impl std::error::Error) -> String {
    error.to_string()
}

/// What tells one agent apart from all others: the file that it begins with.
fn identity(agent: &Agent) -> String {
    let file = match &agent.kind {
        AgentKind::Source { entry, .. } => entry,
        AgentKind::Wasm { path } => path,
    };
    let file = file.canonicalize().unwrap_or_else(|_| file.clone());
    file.display().to_string()
}
