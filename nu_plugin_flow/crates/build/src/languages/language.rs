//! What a language is to a build: the plan that it makes, and the trait.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    path::{Path, PathBuf},
    str::FromStr,
};

use flow_process::{Command, Outcome};
use miette::Diagnostic;
use thiserror::Error;

use super::facts::Facts;
use crate::{
    agent::definition::Agent, diagnostics::Message, interpreter::SyntaxProblem,
    plan_error::PlanError, template_file::TemplateFile,
};

/// What an artifact is made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Target {
    /// A WebAssembly component, for flow and every other component runtime.
    #[default]
    Component,
    /// A package of JavaScript and WebAssembly, for browsers and Node.
    Web,
}

impl Target {
    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Target::Component => "component",
            Target::Web => "web",
        }
    }
}

/// A target that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("unknown target: `{text}`")]
#[diagnostic(
    code(flow::build::unknown_target),
    help("use one of: `component`, `web`")
)]
pub struct UnknownTarget {
    /// What was asked for.
    pub text: String,
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Target, UnknownTarget> {
        let targets = [Target::Component, Target::Web];
        let found = targets.into_iter().find(|target| target.as_str() == text);
        found.ok_or_else(|| UnknownTarget {
            text: text.to_owned(),
        })
    }
}

/// Programs whose answers a plan needs, and the files on which these depend:
/// while none of them changes, the answers are remembered.
#[derive(Debug, Clone, Default)]
pub struct Probe {
    /// What to ask; each has to succeed.
    pub commands: Vec<Command>,
    /// What to ask of programs that may be missing, or fail.
    pub attempts: Vec<Command>,
    /// Files and programs (by path) that decide the answers; one that is not there counts too.
    pub inputs: Vec<PathBuf>,
    /// Other facts that decide the answers, such as variables.
    pub facts: Vec<String>,
}

/// What is to be built, for what, and where intermediate files go.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The agent; its kind is a source in this language.
    pub agent: &'a Agent,
    /// What for.
    pub target: Target,
    /// The answers to [`Language::probe`], trimmed, in its order. For an
    /// interpreted language they are the interpreter's version and what names it
    /// exactly.
    pub answers: &'a [String],
    /// The answers to its attempts, likewise, or why there is none.
    pub attempts: &'a [Result<String, String>],
}

impl Request<'_> {
    /// Refuses every target but a component, for a language that has no other.
    pub(super) fn component_only(&self, facts: &Facts) -> Result<(), PlanError> {
        match self.target {
            Target::Component => Ok(()),
            Target::Web => Err(PlanError::Target {
                language: facts.name(),
                target: self.target.as_str(),
            }),
        }
    }
}

/// How to build an agent.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Folders whose files are inputs (see [`crate::sources`]).
    pub folders: Vec<PathBuf>,
    /// Single files outside of them that are inputs, where they exist.
    pub files: Vec<PathBuf>,
    /// Files by their names in a folder, where not all of it is input.
    pub named: Vec<(PathBuf, PathBuf)>,
    /// File names that the tool itself may write while it builds.
    pub lock_files: &'static [&'static str],
    /// Everything else that decides the result: versions, target, profile, variables.
    pub settings: BTreeMap<String, String>,
    /// The tool that the artifact is attributed to, such as `rustc`.
    pub tool: &'static str,
    /// Its version.
    pub version: String,
    /// Why this tool, where there was a choice.
    pub reason: Option<String>,
    /// Agents with the same text here may share one folder for intermediate files.
    pub shared: String,
    /// Whether the agent has a folder of its own, to which the artifact is copied.
    pub has_folder: bool,
}

/// The programs that carry out a plan, once the folder for intermediate files is known.
#[derive(Debug, Clone)]
pub struct Steps {
    /// Run in this order; the first that fails ends the build.
    pub commands: Vec<Command>,
    /// What they leave.
    pub output: Output,
    /// Files to remove before, because agents that share the folder leave them under the same names.
    pub stale: Vec<PathBuf>,
    /// Files to write before, on this machine: their paths and contents.
    pub files: Vec<TemplateFile>,
}

/// Where the result of a plan is.
#[derive(Debug, Clone)]
pub enum Output {
    /// One `.wasm` file.
    File(PathBuf),
    /// A core module with a handler and an arena, of which the builder makes a component.
    Module(PathBuf),
    /// All files of a folder, without folders in it.
    Folder(PathBuf),
    /// A bundle of sources, which the builder makes with the language's interpreter.
    Bundle(BundleOrder),
}

impl Steps {
    /// No program to run: the builder makes a bundle of the sources.
    pub(super) fn bundle(order: BundleOrder) -> Steps {
        Steps {
            commands: Vec::new(),
            output: Output::Bundle(order),
            stale: Vec::new(),
            files: Vec::new(),
        }
    }
}

/// The sources of an agent that is interpreted.
#[derive(Debug, Clone)]
pub struct BundleOrder {
    /// The agent's folder, or that of its only file.
    pub root: PathBuf,
    /// The file that it begins with, relative to `root`, with `/`.
    pub entry: String,
    /// All its files, likewise; sorted.
    pub files: Vec<String>,
    /// Whether `root` is its own: then its lock file and project file are there.
    pub has_folder: bool,
}

/// One language.
pub trait Language: Debug + Send + Sync {
    /// What is known of it without building anything.
    fn facts(&self) -> &'static Facts;

    /// The text of the source file `path` as its interpreter takes it, and a
    /// source map where not everything is in its place.
    fn translate(&self, path: &str, text: &str) -> Result<(String, Option<String>), SyntaxProblem> {
        let _ = path;
        Ok((text.to_owned(), None))
    }

    /// What has to be known about the tools.
    fn probe(&self, agent: &Agent, target: Target) -> Probe {
        let _ = (agent, target);
        Probe::default()
    }

    /// Program and arguments that print the version of the toolchain: `cargo --version`.
    /// Empty where flow has the toolchain in itself.
    fn toolchain(&self) -> &'static [&'static str] {
        &[]
    }

    /// The command that installs `program`, which is missing.
    fn install(&self, program: &str) -> String;

    /// Further files that decide the answers, seen from the answers.
    fn witnesses(&self, answers: &[String]) -> Vec<PathBuf> {
        let _ = answers;
        Vec::new()
    }

    /// What the result depends on.
    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError>;

    /// What to run. `scratch` is the folder for intermediate files.
    fn steps(&self, request: &Request<'_>, scratch: &Path) -> Result<Steps, PlanError>;

    /// The compiler's messages in what a step left. `seen` is the agent's folder as the
    /// compiler saw it, to which paths become relative; `root` is the same on this machine.
    fn messages(&self, outcome: &Outcome, seen: &Path, root: &Path) -> Vec<Message> {
        let _ = (outcome, seen, root);
        Vec::new()
    }

    /// The files of a new agent called `name`, without the SDK.
    fn template(&self, name: &str) -> Vec<TemplateFile>;

    /// The files below `.flow/sdk` that the template builds with.
    fn sdk(&self) -> Vec<TemplateFile> {
        Vec::new()
    }
}
