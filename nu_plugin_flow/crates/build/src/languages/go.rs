//! Go: TinyGo where it can build, else standard Go. Handlers are core modules
//! that are called, of which flow makes components; programs are commands.

mod compiler;
mod messages;
mod module;
mod source;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use flow_pins::pins;
use flow_workspace::{Command, Outcome, TemplateFile, process};

use self::compiler::{Choice, Compiler};
use super::{Language, Output, Plan, Probe, Request, Steps, Target};
use crate::{
    agent::{Agent, AgentKind},
    diagnostics::Message,
    manifest::Setting,
    near::{list, near_miss},
    plan_error::PlanError,
    scaffold::embedded,
};

/// The project file.
const MODULE: &str = "go.mod";

/// Variables that change what Go makes.
const VARIABLES: &[&str] = &["GOFLAGS", "GOEXPERIMENT", "GOWASM", "GOWORK", "TINYGOROOT"];

/// Of `go env`: what decides the result and is not in a variable.
const QUESTIONS: &[&str] = &["GOVERSION", "GOROOT", "GOFLAGS", "GOEXPERIMENT", "GOWASM"];

#[derive(Debug)]
pub(super) struct Go;

/// What the manifest's `[build]` says to this language.
#[derive(Default)]
struct Settings {
    compiler: Choice,
    tags: Vec<String>,
}

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn markers(&self) -> &'static [&'static str] {
        &[MODULE]
    }

    fn entry(&self) -> &'static str {
        "main.go"
    }

    fn takes_single_files(&self) -> bool {
        true
    }

    fn probe(&self, agent: &Agent, _target: Target) -> Probe {
        let mut inputs: Vec<PathBuf> = ["go", "tinygo"]
            .into_iter()
            .filter_map(process::find)
            .collect();
        // Where `go env -w` writes.
        inputs.extend(std::env::var_os("GOENV").map(PathBuf::from));
        let home = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(std::env::home_dir()?.join(".config")));
        inputs.extend(home.map(|home| home.join("go/env")));
        // A setting that is wrong is an error of the plan.
        let choice = settings(agent).map_or(Choice::Auto, |settings| settings.compiler);
        let attempts = match choice {
            Choice::Only(Compiler::Go) => Vec::new(),
            _ => compiler::questions(&agent.root),
        };
        let question = ["env"].iter().chain(QUESTIONS).copied();
        Probe {
            commands: vec![local(Command::new("go", question, &agent.root))],
            attempts,
            inputs,
            facts: variables()
                .map(|(name, value)| format!("{name}={value}"))
                .chain([format!("{choice:?}")])
                .collect(),
        }
    }

    fn witnesses(&self, answers: &[String]) -> Vec<PathBuf> {
        let root = answers.first().and_then(|answer| answer.lines().nth(1));
        root.map(|root| Path::new(root).join("VERSION"))
            .into_iter()
            .collect()
    }

    fn toolchain(&self) -> &'static [&'static str] {
        &["go", "version"]
    }

    fn install(&self, program: &str) -> String {
        match program {
            "tinygo" => "devbox add tinygo".to_owned(),
            _ => pins().go.install.clone(),
        }
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        let agent = request.agent;
        if request.target == Target::Web {
            return Err(PlanError::Target {
                language: self.name(),
                target: request.target.as_str(),
            });
        }
        let settings = settings(agent)?;
        let project = Project::of(agent)?;
        let chosen = compiler::choose(&settings.compiler, request, agent)?;
        let mut inputs: BTreeMap<String, String> = variables()
            .map(|(name, value)| (format!("${name}"), value))
            .collect();
        let answer = request.answers.first().map_or("", String::as_str);
        inputs.insert("tools".into(), format!("{answer}\n{}", chosen.version));
        inputs.insert("compiler".into(), chosen.compiler.as_str().into());
        inputs.insert("tags".into(), settings.tags.join(","));
        inputs.insert("package".into(), project.package.clone());
        inputs.insert("handler".into(), project.is_handler.to_string());
        // A file of no module is built with the SDK that flow carries.
        let sdk = project.single.as_ref().map(|_| module::sdk_digest());
        inputs.insert("sdk".into(), sdk.unwrap_or_default());
        let named = |file: &PathBuf| (project.root.clone(), file.clone());
        Ok(Plan {
            folders: project.folders.clone(),
            files: Vec::new(),
            named: project.single.iter().map(named).collect(),
            lock_files: &[],
            settings: inputs,
            tool: chosen.compiler.as_str(),
            version: chosen.version,
            reason: Some(chosen.reason),
            // Go keeps what it compiled itself; only the result is here.
            shared: format!("go\n{}\n{}", project.root.display(), project.name()),
            has_folder: project.single.is_none(),
        })
    }

    fn steps(&self, request: &Request<'_>, scratch: &Path) -> Result<Steps, PlanError> {
        let settings = settings(request.agent)?;
        let project = Project::of(request.agent)?;
        let chosen = compiler::choose(&settings.compiler, request, request.agent)?;
        let built = scratch.join("agent.wasm");
        let (folder, files) = match &project.single {
            None => (project.root.clone(), Vec::new()),
            Some(file) => {
                let folder = scratch.join("source");
                let files = module::around(&project.root.join(file), &folder)?;
                (folder, files)
            }
        };
        let arguments = chosen.compiler.arguments(
            project.is_handler,
            &settings.tags,
            &built.display().to_string(),
            &project.package,
        );
        let mut command = local(Command::new(chosen.compiler.as_str(), arguments, folder));
        command.env.extend(chosen.compiler.environment());
        Ok(Steps {
            commands: vec![command],
            stale: vec![built.clone(), scratch.join("source")],
            files,
            output: match project.is_handler {
                true => Output::Module(built),
                false => Output::File(built),
            },
        })
    }

    fn messages(&self, outcome: &Outcome, seen: &Path, root: &Path) -> Vec<Message> {
        match outcome.success() {
            true => Vec::new(),
            false => messages::read(&String::from_utf8_lossy(&outcome.stderr), seen, root),
        }
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::go_template(name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::go_sdk()
    }
}

/// What is to be compiled.
struct Project {
    /// The module's folder, or that of the only file.
    root: PathBuf,
    /// The file, where it belongs to no module; relative to `root`.
    single: Option<PathBuf>,
    /// The package as Go names it: `.`, `./cmd/score`.
    package: String,
    /// Whether it is called with records, rather than run.
    is_handler: bool,
    /// Folders whose files are inputs.
    folders: Vec<PathBuf>,
}

impl Project {
    /// The package, or the only file.
    fn name(&self) -> String {
        match &self.single {
            Some(file) => file.display().to_string(),
            None => self.package.clone(),
        }
    }

    fn of(agent: &Agent) -> Result<Project, PlanError> {
        let AgentKind::Source { entry, .. } = &agent.kind else {
            return Err(no_entry(&agent.root));
        };
        let root = agent.root.clone();
        let below = entry.strip_prefix(&root).map_err(|_| no_entry(entry))?;
        // Go makes an archive of it, without a word.
        if let Some(package) = source::package(entry).filter(|package| package != "main") {
            return Err(PlanError::Library {
                path: entry.clone(),
                package,
            });
        }
        if !root.join(MODULE).is_file() {
            if !entry.is_file() {
                return Err(no_entry(entry));
            }
            return Ok(Project {
                is_handler: source::is_handler(std::slice::from_ref(entry)),
                single: Some(below.to_owned()),
                package: ".".to_owned(),
                folders: Vec::new(),
                root,
            });
        }
        let package = match below.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => {
                format!("./{}", folder.display().to_string().replace('\\', "/"))
            }
            _ => ".".to_owned(),
        };
        Ok(Project {
            is_handler: source::is_handler(&source::files(&root)),
            single: None,
            package,
            folders: module::folders(&root)?,
            root,
        })
    }
}

fn settings(agent: &Agent) -> Result<Settings, PlanError> {
    let keys = ["compiler", "tags"];
    let mut settings = Settings::default();
    for (key, setting) in &agent.manifest.build {
        let error = |problem: String, help: String| {
            PlanError::setting(&agent.manifest, setting, problem, help)
        };
        match (key.as_str(), &setting.value) {
            ("compiler", Setting::Text(text)) if text.parse::<Choice>().is_ok() => {
                settings.compiler = text.parse().unwrap_or_default();
            }
            ("tags", Setting::List(tags)) => settings.tags = tags.clone(),
            ("compiler", _) => {
                return Err(error(
                    "`build.compiler` has to be a compiler for Go".to_owned(),
                    "use one of: `auto`, `tinygo`, `go`".to_owned(),
                ));
            }
            ("tags", _) => {
                return Err(error(
                    "`build.tags` has to be a list of strings".to_owned(),
                    "write a list of build tags, such as `[\"small\"]`".to_owned(),
                ));
            }
            _ => {
                let help = match near_miss(key, keys) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("a go agent has: {}", list(keys)),
                };
                return Err(error(format!("unknown key: `build.{key}`"), help));
            }
        }
    }
    Ok(settings)
}

/// `command` with the Go that is installed, and with the agent's own module: a
/// newer Go is not fetched, and a workspace around the agent does not count.
fn local(mut command: Command) -> Command {
    command.env.push(("GOTOOLCHAIN".into(), "local".into()));
    if std::env::var_os("GOWORK").is_none() {
        command.env.push(("GOWORK".into(), "off".into()));
    }
    command
}

/// The variables of this process that change what is made.
fn variables() -> impl Iterator<Item = (&'static str, String)> {
    VARIABLES
        .iter()
        .filter_map(|name| Some((*name, std::env::var(name).ok()?)))
}

fn no_entry(path: &Path) -> PlanError {
    PlanError::NoEntry {
        path: path.to_owned(),
    }
}

#[cfg(test)]
mod tests;
