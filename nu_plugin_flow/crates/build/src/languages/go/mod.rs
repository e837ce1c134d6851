//! Go: TinyGo where it can build, else standard Go. Handlers are core modules
//! that are called, of which flow makes components; programs are commands.

mod compiler;
mod messages;
mod module;
mod project;
mod source;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use flow_pins::pins;
use flow_process::{Command, Outcome};

use self::{
    compiler::{Choice, Compiler, local},
    project::Project,
};
use super::{
    build_table,
    facts::{self, Facts},
    language::{Language, Output, Plan, Probe, Request, Steps, Target},
};
use crate::{
    agent::definition::Agent, diagnostics::Message, plan_error::PlanError, scaffold::embedded,
    template_file::TemplateFile,
};

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
    fn facts(&self) -> &'static Facts {
        &facts::GO
    }

    fn probe(&self, agent: &Agent, _target: Target) -> Probe {
        let mut inputs: Vec<PathBuf> = ["go", "tinygo"]
            .into_iter()
            .filter_map(flow_process::find)
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
        request.component_only(self.facts())?;
        let agent = request.agent;
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

fn settings(agent: &Agent) -> Result<Settings, PlanError> {
    let mut settings = Settings::default();
    for key in build_table::keys(agent, "a go agent", &["compiler", "tags"]) {
        let key = key?;
        match key.name {
            "tags" => {
                let help = "write a list of build tags, such as `[\"small\"]`";
                settings.tags = key.list(help)?.to_vec();
            }
            _ => {
                let choice = key.text().and_then(|text| text.parse().ok());
                let help = "use one of: `auto`, `tinygo`, `go`";
                settings.compiler = choice.ok_or_else(|| key.refuse("a compiler for Go", help))?;
            }
        }
    }
    Ok(settings)
}

/// The variables of this process that change what is made.
fn variables() -> impl Iterator<Item = (&'static str, String)> {
    VARIABLES
        .iter()
        .filter_map(|name| Some((*name, std::env::var(name).ok()?)))
}

#[cfg(test)]
mod tests;
