//! Which compiler builds an agent, and how.

use std::{path::Path, str::FromStr};

use flow_pins::pins;
use flow_process::Command;

use crate::{agent::definition::Agent, languages::language::Request, plan_error::PlanError};

/// A compiler for Go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compiler {
    /// Small modules.
    TinyGo,
    /// The standard one: fast, with all of the language.
    Go,
}

/// What the manifest asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// TinyGo where it can build, else Go.
    #[default]
    Auto,
    /// This one.
    Only(Compiler),
}

impl FromStr for Choice {
    type Err = ();

    fn from_str(text: &str) -> Result<Choice, ()> {
        match text {
            "auto" => Ok(Choice::Auto),
            "tinygo" => Ok(Choice::Only(Compiler::TinyGo)),
            "go" => Ok(Choice::Only(Compiler::Go)),
            _ => Err(()),
        }
    }
}

/// The compiler that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub compiler: Compiler,
    /// Such as `1.26.6`.
    pub version: String,
    /// Why it was.
    pub reason: String,
}

/// `command` with the Go that is installed, and with the agent's own module: a
/// newer Go is not fetched, and a workspace around the agent does not count.
pub(super) fn local(mut command: Command) -> Command {
    command.env.push(("GOTOOLCHAIN".into(), "local".into()));
    if std::env::var_os("GOWORK").is_none() {
        command.env.push(("GOWORK".into(), "off".into()));
    }
    command
}

/// What to ask TinyGo. Its version alone says nothing: it tells it also where it
/// cannot build, for want of a Go or with one that it does not know.
pub(super) fn questions(root: &Path) -> Vec<Command> {
    let ask = |arguments: &[&str]| local(Command::new("tinygo", arguments.to_vec(), root));
    vec![ask(&["version"]), ask(&["info", "-json", "-target=wasip1"])]
}

/// The compiler for an agent, by what was asked for and what there is.
pub(super) fn choose(
    choice: &Choice,
    request: &Request<'_>,
    agent: &Agent,
) -> Result<Chosen, PlanError> {
    let asked = |compiler: Compiler| format!("`compiler = \"{}\"` asks for it", compiler.as_str());
    match choice {
        Choice::Only(Compiler::Go) => go(request, agent, asked(Compiler::Go)),
        Choice::Only(Compiler::TinyGo) => match tinygo(request.attempts) {
            Ok(version) => Ok(Chosen {
                compiler: Compiler::TinyGo,
                version,
                reason: asked(Compiler::TinyGo),
            }),
            Err(reason) => Err(PlanError::UnusableTool {
                tool: "tinygo",
                reason,
                help: "install a TinyGo and a Go that belong together (TinyGo 0.39 goes with Go up to 1.25), or take `compiler = \"go\"`".to_owned(),
            }),
        },
        Choice::Auto => match tinygo(request.attempts) {
            Ok(version) => Ok(Chosen {
                compiler: Compiler::TinyGo,
                version,
                reason: "TinyGo is installed and can build for wasip1".to_owned(),
            }),
            Err(reason) => go(request, agent, format!("TinyGo cannot build: {reason}")),
        },
    }
}

fn go(request: &Request<'_>, agent: &Agent, reason: String) -> Result<Chosen, PlanError> {
    let answer = request
        .answers
        .first()
        .and_then(|answer| answer.lines().next());
    let version = answer
        .unwrap_or_default()
        .trim_start_matches("go")
        .to_owned();
    let pin = &pins().go;
    let found = numbers(&version);
    if found.is_some() && found < numbers(&pin.oldest) {
        return Err(PlanError::UnusableTool {
            tool: "go",
            reason: format!(
                "agent `{}` needs Go {} or later, and this is {version}",
                agent.name, pin.oldest
            ),
            help: format!(
                "install a newer Go: `{}`, or your system's packages",
                pin.install
            ),
        });
    }
    Ok(Chosen {
        compiler: Compiler::Go,
        version,
        reason,
    })
}

/// The version of a TinyGo that can build, or why there is none.
fn tinygo(attempts: &[Result<String, String>]) -> Result<String, String> {
    let [version, information] = attempts else {
        return Err("it was not asked".to_owned());
    };
    // `tinygo version 0.39.0 linux/amd64 (using go version …)`
    let version = version.as_ref().map_err(String::clone)?;
    let version = version.split_whitespace().nth(2).unwrap_or_default();
    let information = information.as_ref().map_err(String::clone)?;
    if !information.contains("wasip1") {
        return Err("it does not know the target wasip1".to_owned());
    }
    // Older ones leave the exports out, and say nothing.
    let oldest = &pins().go.oldest_tinygo;
    match numbers(version) >= numbers(oldest) {
        true => Ok(version.to_owned()),
        false => Err(format!(
            "TinyGo {version} does not export functions, {oldest} or later does"
        )),
    }
}

/// The first two numbers of `1.26.6` or `0.34.0-dev`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(['.', '-']).map(|part| {
        let end = part.find(|letter: char| !letter.is_ascii_digit());
        part.get(..end.unwrap_or(part.len()))?.parse().ok()
    });
    Some((numbers.next()??, numbers.next()??))
}

impl Compiler {
    /// The program's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Compiler::TinyGo => "tinygo",
            Compiler::Go => "go",
        }
    }

    /// What it is told. TinyGo gets neither `-gc=precise`, with which it loses
    /// data, nor `-opt=0`, with which encoding/json fails.
    pub fn arguments(
        self,
        is_handler: bool,
        tags: &[String],
        output: &str,
        package: &str,
    ) -> Vec<String> {
        let mut arguments: Vec<String> = vec!["build".into()];
        let flags: &[&str] = match self {
            // Every error, not the first ten; no paths of this machine.
            Compiler::Go => &["-trimpath", "-ldflags=-s -w", "-gcflags=-e"],
            Compiler::TinyGo => &["-target=wasip1", "-no-debug"],
        };
        arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
        if is_handler {
            arguments.push("-buildmode=c-shared".into());
        }
        if !tags.is_empty() {
            let separator = match self {
                Compiler::Go => ",",
                Compiler::TinyGo => " ",
            };
            arguments.push(format!("-tags={}", tags.join(separator)));
        }
        arguments.extend(["-o".into(), output.to_owned(), package.to_owned()]);
        arguments
    }

    /// Variables that it needs.
    pub fn environment(self) -> Vec<(String, String)> {
        match self {
            Compiler::TinyGo => Vec::new(),
            Compiler::Go => [("GOOS", "wasip1"), ("GOARCH", "wasm")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        }
    }
}
