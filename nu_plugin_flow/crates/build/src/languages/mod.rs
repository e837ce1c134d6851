//! The languages that agents are written in: data in, plan out. A language
//! says what to run and never runs it.

mod cargo;
mod files;
mod go;
mod javascript;
mod modules;
mod nushell;
mod python;
mod rust;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    path::{Path, PathBuf},
    str::FromStr,
};

use flow_workspace::{Command, Outcome, TemplateFile};
use miette::Diagnostic;
use thiserror::Error;

use crate::{
    agent::Agent,
    diagnostics::Message,
    interpreter::SyntaxProblem,
    manifest::Grant,
    near::{list, near_miss},
    plan_error::PlanError,
};

/// Every language that this version builds.
static LANGUAGES: &[&dyn Language] = &[
    &rust::Rust,
    &go::Go,
    &python::Python,
    &javascript::JAVASCRIPT,
    &javascript::TYPESCRIPT,
    &nushell::Nushell,
];

/// What people call the languages too.
const SHORT: &[(&str, &str)] = &[
    ("golang", "go"),
    ("js", "javascript"),
    ("node", "javascript"),
    ("nu", "nushell"),
    ("py", "python"),
    ("rs", "rust"),
    ("ts", "typescript"),
];

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
    /// The answers to [`Language::probe`], trimmed, in its order.
    pub answers: &'a [String],
    /// The answers to its attempts, likewise, or why there is none.
    pub attempts: &'a [Result<String, String>],
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
    /// Its name, lowercase.
    fn name(&self) -> &'static str;

    /// Extensions of its source files.
    fn extensions(&self) -> &'static [&'static str];

    /// Files that make a folder a project of this language.
    fn markers(&self) -> &'static [&'static str];

    /// Whether `folder` is a project of this language, by its markers.
    fn recognises(&self, folder: &Path) -> bool {
        let mut markers = self.markers().iter();
        markers.any(|marker| folder.join(marker).is_file())
    }

    /// The file that an agent begins with where its manifest names none, relative to its folder.
    fn entry(&self) -> &'static str;

    /// The file that the agent in `root` begins with where its manifest names none.
    fn entry_in(&self, root: &Path) -> PathBuf {
        root.join(self.entry())
    }

    /// The interpreter that runs agents, by its name; nothing where they are
    /// compiled. Then the answers in a [`Request`] are the interpreter's version
    /// and what names it exactly.
    fn interpreter(&self) -> Option<&'static str> {
        None
    }

    /// Whether agents are bundles that an interpreter runs.
    fn is_interpreted(&self) -> bool {
        self.interpreter().is_some()
    }

    /// The text of the source file `path` as its interpreter takes it, and a
    /// source map where not everything is in its place.
    fn translate(&self, path: &str, text: &str) -> Result<(String, Option<String>), SyntaxProblem> {
        let _ = path;
        Ok((text.to_owned(), None))
    }

    /// Whether a source file outside of any project is an agent.
    fn takes_single_files(&self) -> bool {
        self.is_interpreted()
    }

    /// Whether agents can use the network where it is granted.
    fn has_network(&self) -> bool {
        false
    }

    /// What has to be known about the tools.
    fn probe(&self, agent: &Agent, target: Target) -> Probe;

    /// Program and arguments that print the version of the toolchain: `cargo --version`.
    /// Empty where flow has the toolchain in itself.
    fn toolchain(&self) -> &'static [&'static str];

    /// The command that installs `program`, which is missing.
    fn install(&self, program: &str) -> String;

    /// Further files that decide the answers, seen from the answers.
    fn witnesses(&self, answers: &[String]) -> Vec<PathBuf>;

    /// What the result depends on.
    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError>;

    /// What to run. `scratch` is the folder for intermediate files.
    fn steps(&self, request: &Request<'_>, scratch: &Path) -> Result<Steps, PlanError>;

    /// The compiler's messages in what a step left. `seen` is the agent's folder as the
    /// compiler saw it, to which paths become relative; `root` is the same on this machine.
    fn messages(&self, outcome: &Outcome, seen: &Path, root: &Path) -> Vec<Message>;

    /// The files of a new agent called `name`, without the SDK.
    fn template(&self, name: &str) -> Vec<TemplateFile>;

    /// The files below `.flow/sdk` that the template builds with.
    fn sdk(&self) -> Vec<TemplateFile>;

    /// The folder of the project that `file` belongs to: the nearest with a marker.
    fn project(&self, file: &Path) -> Option<PathBuf> {
        let has_marker = |folder: &&Path| {
            self.markers()
                .iter()
                .any(|marker| folder.join(marker).is_file())
        };
        file.ancestors()
            .skip(1)
            .find(has_marker)
            .map(Path::to_owned)
    }
}

/// A language that flow does not build.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LanguageError {
    /// No such language.
    #[error("unknown language: `{language}`")]
    Unknown {
        /// What was asked for.
        language: String,
    },
    /// A file that belongs to no language.
    #[error("no language for files that end in `.{extension}`")]
    Extension {
        /// Without the dot.
        extension: String,
    },
}

impl LanguageError {
    /// What to do, as a help text.
    pub fn advice(&self) -> String {
        let supported = list(names());
        match self {
            LanguageError::Unknown { language } => {
                let short = SHORT.iter().find(|(short, _)| short == language);
                let near = short.map(|(_, name)| *name);
                match near.or_else(|| near_miss(language, names())) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("use one of: {supported}"),
                }
            }
            LanguageError::Extension { .. } => {
                format!(
                    "name an agent's folder, a `.wasm`, or a source file in one of: {supported}"
                )
            }
        }
    }
}

/// The names of the languages that this version builds.
pub fn names() -> Vec<&'static str> {
    LANGUAGES.iter().map(|language| language.name()).collect()
}

/// The language called `name`.
pub fn named(name: &str) -> Result<&'static dyn Language, LanguageError> {
    let mut languages = LANGUAGES.iter().copied();
    let found = languages.find(|language| language.name() == name);
    found.ok_or_else(|| LanguageError::Unknown {
        language: name.to_owned(),
    })
}

/// The language of source files that end in `.extension`.
pub(crate) fn of_extension(extension: &str) -> Result<&'static dyn Language, LanguageError> {
    let mut languages = LANGUAGES.iter().copied();
    let found = languages.find(|language| language.extensions().contains(&extension));
    found.ok_or_else(|| LanguageError::Extension {
        extension: extension.to_owned(),
    })
}

/// The language whose marker is in `folder`, if there is one.
pub(crate) fn recognise(folder: &Path) -> Option<&'static dyn Language> {
    let mut languages = LANGUAGES.iter().copied();
    languages.find(|language| language.recognises(folder))
}

/// Whether the agent asks for no network that its language has not.
pub(crate) fn check_network(language: &dyn Language, agent: &Agent) -> Result<(), PlanError> {
    let manifest = &agent.manifest;
    let mut grants = manifest.grants.iter();
    let net = grants.find(|grant| matches!(grant.value, Grant::Net(_)));
    match net.filter(|_| !language.has_network()) {
        Some(grant) => Err(PlanError::network(manifest, grant, language.name())),
        None => Ok(()),
    }
}

/// Every file that makes a folder an agent, for messages.
pub(crate) fn markers() -> impl Iterator<Item = &'static str> {
    let markers = LANGUAGES.iter().flat_map(|language| language.markers());
    let markers: BTreeSet<_> = markers.copied().collect();
    markers.into_iter()
}

#[cfg(test)]
mod tests;
