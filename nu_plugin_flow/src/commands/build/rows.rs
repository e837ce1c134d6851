//! What was built, as a table; what failed, as a table or an error.

use flow_build::diagnostics::{Level, Message};
use flow_build::{Agent, AgentKind, Artifact, BuildError};
use nu_protocol::{IntoValue, LabeledError, Record, Span, Value, record};

use super::order::{Failure, Wanted};
use crate::shell::errors::labeled;

/// Most messages of a compiler in one error; the table has all.
const SHOWN: usize = 8;

/// What became of one agent.
pub(super) struct Built {
    /// Columns of the row that it came from.
    pub origin: Record,
    /// The agent's name, or what the user wrote.
    pub name: String,
    /// What named it.
    pub span: Span,
    /// Unknown where there is no agent.
    pub language: Option<&'static str>,
    pub artifact: Result<Artifact, Failure>,
}

/// The language of an agent, as shown in tables.
fn language(agent: &Agent) -> &'static str {
    match &agent.kind {
        AgentKind::Source { language, .. } => language.name(),
        AgentKind::Wasm { .. } => "wasm",
    }
}

impl Built {
    /// What became of `wanted`; `results` are those of the agents that were found, in their order.
    pub(super) fn of(
        wanted: Wanted,
        results: &mut impl Iterator<Item = Result<Artifact, BuildError>>,
    ) -> Built {
        let language = wanted.agent.as_ref().ok().map(language);
        let artifact = wanted.agent.and_then(|agent| match results.next() {
            Some(result) => result.map_err(Failure::from),
            // The builder answers for every agent; without an answer, nothing was built.
            None => Err(BuildError::Cancelled { agent: agent.name }.into()),
        });
        Built {
            origin: wanted.origin,
            name: wanted.name,
            span: wanted.span,
            language,
            artifact,
        }
    }

    /// The row, with the same columns whether it was built or not.
    pub(super) fn into_row(self, head: Span) -> Value {
        let mut row = self.origin;
        let (artifact, failure) = match self.artifact {
            Ok(artifact) => (Some(artifact), None),
            Err(failure) => (None, Some(failure)),
        };
        let messages = match (&artifact, &failure) {
            (Some(artifact), _) => artifact.warnings.as_slice(),
            (_, Some(Failure::Build(BuildError::Compile(error)))) => error.messages.as_slice(),
            _ => &[],
        };
        let messages = messages
            .iter()
            .map(|message| message_row(message, head))
            .collect();
        let of = |value: &dyn Fn(&Artifact) -> Value| {
            artifact
                .as_ref()
                .map_or_else(|| Value::nothing(head), value)
        };
        let text = |text: Option<String>| text.into_value(head);
        let size = |size| Value::filesize(i64::try_from(size).unwrap_or(i64::MAX), head);
        row.extend(record! {
            "agent" => Value::string(self.name, self.span),
            "language" => self.language.map(str::to_owned).into_value(head),
            "path" => of(&|artifact| artifact.path.as_path().into_value(head)),
            "size" => of(&|artifact| size(artifact.size)),
            "digest" => of(&|artifact| Value::string(artifact.digest.to_string(), head)),
            "tool" => of(&|artifact| text(artifact.tool.map(str::to_owned))),
            "version" => of(&|artifact| text(artifact.version.clone())),
            "reason" => of(&|artifact| text(artifact.reason.clone())),
            "cached" => of(&|artifact| Value::bool(artifact.cached, head)),
            "duration" => of(&|artifact| artifact.duration.into_value(head)),
            "ok" => Value::bool(artifact.is_some(), head),
            "error" => text(failure.map(|failure| labeled(&failure, "", head).msg)),
            "messages" => Value::list(messages, head),
        });
        Value::record(row, head)
    }

    /// The failure as an error at what named the agent.
    fn error(&self, failure: &Failure) -> LabeledError {
        let mut error = labeled(failure, "this agent", self.span);
        let Failure::Build(BuildError::Compile(compile)) = failure else {
            return error;
        };
        let table = format!(
            "get all messages as a table with `flow build {} --keep-going | get 0.messages`",
            self.name
        );
        error.help = Some(match error.help {
            Some(help) => format!("{help}; {table}"),
            None => table,
        });
        let errors = compile
            .messages
            .iter()
            .filter(|message| message.level == Level::Error);
        for message in errors.take(SHOWN) {
            error = error.with_inner(LabeledError::new(message.rendered.trim_end()));
        }
        error
    }
}

/// One message of a compiler; what is about no place has none.
fn message_row(message: &Message, head: Span) -> Value {
    let place = message.place.as_ref();
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let row = record! {
        "file" => place.map(|place| place.file.display().to_string()).into_value(head),
        "line" => place.map(|place| number(place.line)).into_value(head),
        "column" => place.map(|place| number(place.column)).into_value(head),
        "level" => Value::string(message.level.as_str(), head),
        "code" => message.code.clone().into_value(head),
        "message" => Value::string(message.message.as_str(), head),
    };
    Value::record(row, head)
}

/// An error if nothing could be built, or the user gave up.
pub(super) fn refuse_failures(
    built: &[Built],
    cancelled: bool,
    head: Span,
) -> Result<(), LabeledError> {
    let failures: Vec<LabeledError> = built
        .iter()
        .filter_map(|built| Some(built.error(built.artifact.as_ref().err()?)))
        .collect();
    if failures.is_empty() || (failures.len() < built.len() && !cancelled) {
        return Ok(());
    }
    // After Ctrl-C all that were not finished say the same.
    if let (Some(only), true) = (failures.first(), cancelled || built.len() == 1) {
        return Err(only.clone());
    }
    let count = failures.len();
    let mut error = LabeledError::new(format!(
        "agents that could not be built: {count} of {}",
        built.len()
    ))
    .with_code("flow::build::failed")
    .with_help("get them as a table with `--keep-going`")
    .with_label("this build", head);
    for failure in failures {
        error = error.with_inner(failure);
    }
    Err(error)
}
