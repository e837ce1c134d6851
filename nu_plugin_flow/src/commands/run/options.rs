//! What the flags and the manifest say about one run.

use std::path::Path;

use flow_build::Agent;
use flow_contract::{Signature, Tagging, Type, nearest};
use flow_run::read_signature;
use nu_plugin::{EngineInterface, EvaluatedCall};
use nu_protocol::engine::ArgType;
use nu_protocol::{DynamicSuggestion, LabeledError, Span, Spanned, Value};

use crate::commands::{agents, memory};
use crate::shell::errors::labeled;

/// What a command reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Text,
    Raw,
}

/// What a failed record does to the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnError {
    /// It is an error value in its place.
    Keep,
    /// It is left out.
    Skip,
    /// It is the last value.
    Stop,
}

/// The flags of `flow run`, checked.
pub(crate) struct Options {
    /// What the user typed to name the agent.
    pub(crate) agent: Span,
    /// The whole call.
    pub(crate) head: Span,
    pub(crate) isolate: bool,
    pub(crate) trace: bool,
    pub(crate) jobs: usize,
    pub(crate) unordered: bool,
    pub(crate) on_error: OnError,
    pub(crate) input: Option<Format>,
    pub(crate) output: Option<Format>,
    pub(crate) export: Option<String>,
    pub(crate) arguments: Vec<String>,
    pub(crate) signatures: Signatures,
}

/// The types of one record and of one result.
#[derive(Clone, Default)]
pub(crate) struct Signatures {
    pub(crate) input: Option<Type>,
    pub(crate) output: Option<Type>,
    pub(crate) typed: bool,
}

impl Signatures {
    /// The types that the manifest of `agent` names; errors point at `span`.
    pub(crate) fn read(agent: &Agent, typed: bool, span: Span) -> Result<Self, LabeledError> {
        let Signature { input, output } =
            read_signature(&agent.manifest).map_err(|error| labeled(&error, "this agent", span))?;
        Ok(Self {
            input,
            output,
            typed,
        })
    }

    /// How values travel to the agent.
    pub(crate) fn tagging(&self) -> Tagging<'_> {
        match &self.input {
            _ if self.typed => Tagging::Everywhere,
            Some(ty) => Tagging::Signature(ty),
            None => Tagging::Plain,
        }
    }
}

impl Options {
    pub(crate) fn read(
        call: &EvaluatedCall,
        agent: Span,
        found: &Agent,
    ) -> Result<Self, LabeledError> {
        let jobs: Option<Spanned<i64>> = call.get_flag("jobs")?;
        let jobs = match jobs {
            None => 1,
            Some(jobs) => usize::try_from(jobs.item)
                .ok()
                .filter(|jobs| (1..=1_000).contains(jobs))
                .ok_or_else(|| {
                    LabeledError::new("the number of jobs is not from 1 to 1000")
                        .with_code("flow::run::jobs")
                        .with_label("this number", jobs.span)
                })?,
        };
        let on_error = choice(
            call,
            "on-error",
            &[
                ("keep", OnError::Keep),
                ("skip", OnError::Skip),
                ("stop", OnError::Stop),
            ],
        )?;
        let formats = [
            ("json", Format::Json),
            ("text", Format::Text),
            ("raw", Format::Raw),
        ];
        let arguments = call.rest::<Value>(1)?;
        Ok(Self {
            agent,
            head: call.head,
            isolate: call.has_flag("isolate")?,
            trace: call.has_flag("trace")?,
            jobs,
            unordered: call.has_flag("unordered")?,
            on_error: on_error.unwrap_or(OnError::Keep),
            input: choice(call, "input", &formats)?,
            output: choice(call, "output", &formats)?,
            export: call.get_flag("export")?,
            arguments: arguments
                .into_iter()
                .map(|value| Ok(value.coerce_into_string()?))
                .collect::<Result<_, LabeledError>>()?,
            signatures: Signatures::read(found, call.has_flag("typed")?, agent)?,
        })
    }

    /// Refuses a flag that means nothing for this kind of agent.
    pub(crate) fn refuse(&self, given: bool, flag: &str, reason: &str) -> Result<(), LabeledError> {
        if !given {
            return Ok(());
        }
        Err(
            LabeledError::new(format!("`{flag}` does not go with this agent: {reason}"))
                .with_code("flow::run::flag")
                .with_label("this agent", self.agent),
        )
    }
}

/// The value of a flag that takes one of a few words.
fn choice<T: Copy>(
    call: &EvaluatedCall,
    flag: &str,
    known: &[(&str, T)],
) -> Result<Option<T>, LabeledError> {
    let Some(given) = call.get_flag::<Spanned<String>>(flag)? else {
        return Ok(None);
    };
    let found = known.iter().find(|(name, _)| *name == given.item);
    if let Some((_, value)) = found {
        return Ok(Some(*value));
    }
    let names = known.iter().map(|(name, _)| *name);
    let error = LabeledError::new(format!("unknown value of `--{flag}`: `{}`", given.item))
        .with_code("flow::run::value")
        .with_label("this value", given.span);
    Err(match nearest(names.clone(), &given.item) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => {
            let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
            error.with_help(format!("use one of {}", names.join(", ")))
        }
    })
}

/// Completions of the agent's name and of the flags that take a word.
pub(crate) fn suggestions(
    engine: &EngineInterface,
    argument: &ArgType<'_>,
) -> Option<Vec<DynamicSuggestion>> {
    let words: &[&str] = match argument {
        ArgType::Positional(0) => return suggest_agents(engine),
        ArgType::Flag(flag) if flag == "allow-agent" => return suggest_agents(engine),
        ArgType::Flag(flag) if flag == "allow-memory" => return memory::namespaces(engine),
        ArgType::Flag(flag) if flag == "on-error" => &["keep", "skip", "stop"],
        ArgType::Flag(flag) if flag == "input" || flag == "output" => &["json", "text", "raw"],
        _ => return None,
    };
    let suggestion = |word: &&str| DynamicSuggestion {
        value: (*word).to_owned(),
        append_whitespace: true,
        ..DynamicSuggestion::default()
    };
    Some(words.iter().map(suggestion).collect())
}

fn suggest_agents(engine: &EngineInterface) -> Option<Vec<DynamicSuggestion>> {
    let directory = engine.get_current_dir().ok()?;
    Some(agents::suggestions(Path::new(&directory)))
}
