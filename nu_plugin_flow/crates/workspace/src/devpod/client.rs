//! Calls of the `devpod` program: its environment, its deadlines, and what it answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::store::create_private;
use flow_process::redact::Redactor;
use flow_process::{Command, Outcome, ProcessError};

use super::error::DevpodError;
use super::report;

/// Time to bring up a workspace: images are pulled and toolchains installed in it.
pub(super) const UP: Duration = Duration::from_secs(30 * 60);

/// What DevPod may see of its own variables. It takes every other `DEVPOD_<FLAG>` for the flag, so
/// that a variable of the user's would change what flow asks for.
const KEPT: [&str; 3] = ["DEVPOD_HOME", "DEVPOD_CONFIG", "DEVPOD_AGENT_URL"];

/// How `devpod` is called.
#[derive(Clone, Debug, Default)]
pub struct DevpodSettings {
    /// The program, by name or path; `devpod` where there is none.
    pub program: Option<String>,
    /// The variables that it sees; those of this process where there are none.
    pub environment: Option<BTreeMap<String, String>>,
}

/// The program with all that its calls have in common.
#[derive(Debug)]
pub(super) struct Client {
    pub program: String,
    /// An empty folder of our own: DevPod takes the name of a folder in its working directory for
    /// the folder, not for the workspace of that name.
    directory: PathBuf,
    environment: BTreeMap<String, String>,
    removed: Vec<String>,
    redactor: Redactor,
    supported: OnceLock<String>,
}

/// One call.
pub(super) struct Invocation<'a> {
    /// The subcommand, for messages: `up`.
    pub verb: &'static str,
    /// All arguments after it.
    pub arguments: Vec<String>,
    pub stdin: Vec<u8>,
    /// At most this long, and no longer than the call's own deadline.
    pub deadline: Option<Duration>,
    /// Time within which the first byte has to come.
    pub answer: Option<Duration>,
    /// Variables of this call alone.
    pub environment: Vec<(String, String)>,
    pub call: Call<'a>,
}

impl<'a> Invocation<'a> {
    pub fn new<S: Into<String>>(
        verb: &'static str,
        arguments: impl IntoIterator<Item = S>,
        deadline: Duration,
        call: &Call<'a>,
    ) -> Invocation<'a> {
        Invocation {
            verb,
            arguments: arguments.into_iter().map(Into::into).collect(),
            stdin: Vec::new(),
            deadline: Some(deadline),
            answer: None,
            environment: Vec::new(),
            call: *call,
        }
    }
}

impl Client {
    pub fn new(settings: &DevpodSettings, root: &Path) -> Client {
        let own = || {
            let own = std::env::vars_os();
            own.filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            })
            .collect()
        };
        let mut environment = settings.environment.clone().unwrap_or_else(own);
        environment.retain(|name, _| !name.starts_with("DEVPOD_") || KEPT.contains(&name.as_str()));
        environment.insert("DEVPOD_DISABLE_TELEMETRY".to_owned(), "true".to_owned());
        let inherited = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let redactor = Redactor::new(
            environment
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        Client {
            program: settings
                .program
                .clone()
                .unwrap_or_else(|| "devpod".to_owned()),
            directory: root.join(".devpod"),
            removed: inherited
                .filter(|name| !environment.contains_key(name))
                .collect(),
            environment,
            redactor,
            supported: OnceLock::new(),
        }
    }

    /// The text without secrets.
    pub fn clean(&self, text: &str) -> String {
        self.redactor.clean(text)
    }

    /// A variable that DevPod sees.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str)
    }

    /// The version, checked once.
    pub fn version(&self, call: &Call<'_>) -> Result<&str, WorkspaceError> {
        if let Some(version) = self.supported.get() {
            return Ok(version);
        }
        let invocation = Invocation::new("version", Vec::<String>::new(), VERSION, call);
        let outcome = self.run(invocation, &mut |_| {})?;
        let version = String::from_utf8_lossy(&outcome.stdout).trim().to_owned();
        if !outcome.success() || !report::is_supported(&version) {
            return Err(DevpodError::Unsupported {
                program: self.program.clone(),
                version: if version.is_empty() {
                    "of no version".to_owned()
                } else {
                    version
                },
            }
            .into());
        }
        Ok(self.supported.get_or_init(|| version))
    }

    /// Runs the program to its end, whatever its exit status.
    pub fn run(
        &self,
        invocation: Invocation<'_>,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError> {
        let command_text = self.text(&invocation);
        let mut arguments = vec![invocation.verb.to_owned()];
        arguments.extend(invocation.arguments);
        self.run_program(
            &self.program,
            arguments,
            &command_text,
            Invocation {
                arguments: Vec::new(),
                ..invocation
            },
            on_line,
        )
    }

    /// Runs another program in DevPod's environment.
    pub fn run_program(
        &self,
        program: &str,
        arguments: Vec<String>,
        command_text: &str,
        invocation: Invocation<'_>,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, WorkspaceError> {
        create_private(&self.directory)?;
        let mut command = Command::new(program, arguments, &self.directory);
        command.env = self.environment.clone().into_iter().collect();
        command.env.extend(invocation.environment);
        command.env_remove = self.removed.clone();
        command.stdin = invocation.stdin;
        command.answer = invocation.answer;
        command.deadline = match (invocation.deadline, invocation.call.remaining()) {
            (Some(own), Some(remaining)) => Some(own.min(remaining)),
            (own, remaining) => own.or(remaining),
        };
        match flow_process::run(&command, invocation.call.cancel, on_line) {
            Err(ProcessError::Cancelled { .. }) => Err(WorkspaceError::Cancelled),
            Err(ProcessError::NotFound { program }) => Err(DevpodError::Missing { program }.into()),
            Err(ProcessError::Deadline { deadline, .. }) => Err(DevpodError::Deadline {
                verb: invocation.verb,
                deadline,
                command: command_text.to_owned(),
            }
            .into()),
            outcome => Ok(outcome?),
        }
    }

    /// Runs the program; anything but exit status 0 is an error in its own words.
    pub fn demand(&self, invocation: Invocation<'_>) -> Result<Outcome, WorkspaceError> {
        let (verb, command) = (invocation.verb, self.text(&invocation));
        let outcome = self.run(invocation, &mut |_| {})?;
        if outcome.success() {
            return Ok(outcome);
        }
        Err(self.failure(verb, &outcome, command))
    }

    /// The error of a call that failed.
    pub fn failure(
        &self,
        verb: &'static str,
        outcome: &Outcome,
        command: String,
    ) -> WorkspaceError {
        let reason = self.clean(&report::last_word(outcome));
        if report::is_about_docker(&reason) {
            return DevpodError::Docker { reason }.into();
        }
        if report::is_about_provider(&reason) {
            return DevpodError::NoProvider { reason }.into();
        }
        DevpodError::Call {
            verb,
            reason,
            command,
        }
        .into()
    }

    /// The call as one would type it, shortened where it is long, without secrets.
    fn text(&self, invocation: &Invocation<'_>) -> String {
        let mut text = format!("{} {}", self.program, invocation.verb);
        for argument in &invocation.arguments {
            let short: String = argument.chars().take(SHOWN).collect();
            // Writing to a `String` cannot fail.
            let _ = match short.len() < argument.len() || argument.contains(char::is_whitespace) {
                true => write!(text, " …"),
                false => write!(text, " {argument}"),
            };
        }
        self.clean(&text)
    }
}

/// Most letters of an argument that a message shows.
const SHOWN: usize = 200;
/// Time for `devpod version`; it answers at once, but the machine may be busy.
const VERSION: Duration = Duration::from_secs(20);
