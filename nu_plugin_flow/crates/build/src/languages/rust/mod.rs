//! Rust: cargo for components, wasm-pack for browsers and Node.

mod cargo;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use flow_process::{Command, Outcome};

use self::cargo::Project;
use super::{
    build_table,
    facts::{self, Facts},
    language::{Language, Output, Plan, Probe, Request, Steps, Target},
};
use crate::{
    agent::definition::Agent,
    diagnostics::{self, Message},
    plan_error::PlanError,
    scaffold::embedded,
    sources::Sources,
    template_file::TemplateFile,
};

/// Variables that change what cargo makes, by their beginnings.
const VARIABLES: &[&str] = &[
    "RUSTFLAGS",
    "RUSTC",
    "RUSTUP_TOOLCHAIN",
    "CARGO_BUILD_",
    "CARGO_ENCODED_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
];

#[derive(Debug)]
pub(super) struct Rust;

/// What the manifest's `[build]` says to this language.
struct Settings {
    profile: String,
    features: Vec<String>,
}

impl Language for Rust {
    fn facts(&self) -> &'static Facts {
        &facts::RUST
    }

    fn probe(&self, agent: &Agent, target: Target) -> Probe {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let mut questions = vec![(rustc.as_str(), "-vV"), (rustc.as_str(), "--print=sysroot")];
        if target == Target::Web {
            questions.extend([("wasm-pack", "--version"), ("wasm-bindgen", "--version")]);
        }
        let programs = questions
            .iter()
            .map(|(program, _)| *program)
            .chain(["cargo"]);
        let mut inputs: Vec<PathBuf> = programs.filter_map(flow_process::find).collect();
        for folder in agent.root.ancestors() {
            inputs.extend(["rust-toolchain.toml", "rust-toolchain"].map(|name| folder.join(name)));
        }
        // The default toolchain, and the overrides by folder.
        let rustup = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
        let rustup = rustup.or_else(|| Some(std::env::home_dir()?.join(".rustup")));
        inputs.extend(rustup.map(|rustup| rustup.join("settings.toml")));
        let commands = questions
            .iter()
            .map(|(program, argument)| Command::new(*program, [*argument], &agent.root));
        Probe {
            commands: commands.collect(),
            attempts: Vec::new(),
            inputs,
            facts: variables()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        }
    }

    fn witnesses(&self, answers: &[String]) -> Vec<PathBuf> {
        let rustc = |sysroot: &String| {
            Path::new(sysroot)
                .join("bin")
                .join(format!("rustc{}", std::env::consts::EXE_SUFFIX))
        };
        answers.get(1).map(rustc).into_iter().collect()
    }

    fn toolchain(&self) -> &'static [&'static str] {
        &["cargo", "--version"]
    }

    fn install(&self, program: &str) -> String {
        match program {
            "wasm-pack" => "cargo install wasm-pack --locked".to_owned(),
            "wasm-bindgen" => "cargo install wasm-bindgen-cli --version 0.2.130".to_owned(),
            _ => "rustup toolchain install stable".to_owned(),
        }
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        let root = &request.agent.root;
        let settings = settings(request.agent)?;
        check_target(request)?;
        let project = Project::read(root)?;
        let rustc = request.answers.first().map_or("", String::as_str);
        let (tool, version) = match request.target {
            Target::Component => ("rustc", release(rustc)),
            Target::Web => ("wasm-pack", last_word(request.answers.get(2))),
        };
        let mut inputs: BTreeMap<String, String> = variables()
            .map(|(name, value)| (format!("${name}"), value))
            .collect();
        let shared = shared(root, rustc, &project)?;
        inputs.insert("package".into(), project.package);
        inputs.insert("profile".into(), settings.profile);
        inputs.insert("features".into(), settings.features.join(","));
        inputs.insert("tools".into(), request.answers.join("\n"));
        Ok(Plan {
            folders: cargo::folders(root),
            files: cargo::files(root),
            named: Vec::new(),
            lock_files: &["Cargo.lock"],
            settings: inputs,
            tool,
            version,
            reason: None,
            shared,
            has_folder: true,
        })
    }

    fn steps(&self, request: &Request<'_>, scratch: &Path) -> Result<Steps, PlanError> {
        let root = &request.agent.root;
        let settings = settings(request.agent)?;
        let project = Project::read(root)?;
        let triple = triple(request.target);
        let profile = if settings.profile == "dev" {
            "debug"
        } else {
            &settings.profile
        };
        let folder = scratch.join(triple).join(profile);
        let (kind, name) = match (&project.library, request.target) {
            (Some(library), _) => (vec!["--lib"], library.clone()),
            (None, Target::Component) => (vec!["--bin", &project.program], project.program.clone()),
            (None, Target::Web) => return Err(no_library(root)),
        };
        let file = format!("{name}.wasm");
        let mut arguments = vec![
            "build",
            "--message-format=json",
            "--target",
            triple,
            "--profile",
            &settings.profile,
        ];
        arguments.extend(kind);
        let features = settings.features.join(",");
        if !features.is_empty() {
            arguments.extend(["--features", &features]);
        }
        let scratch_text = scratch.display().to_string();
        arguments.extend(["--target-dir", &scratch_text]);
        let mut steps = Steps {
            commands: vec![Command::new("cargo", arguments, root)],
            // A path package's wasm has no hash in its name, so that agents of
            // the same name would take each other's for fresh.
            stale: vec![folder.join(&file), folder.join("deps").join(&file)],
            output: Output::File(folder.join(&file)),
            files: Vec::new(),
        };
        if request.target == Target::Web {
            let package = scratch.join("packages").join(&name);
            steps
                .commands
                .push(wasm_pack(root, &package, &name, &settings, &scratch_text));
            steps.stale.push(package.clone());
            steps.output = Output::Folder(package);
        }
        Ok(steps)
    }

    fn messages(&self, outcome: &Outcome, seen: &Path, _root: &Path) -> Vec<Message> {
        diagnostics::from_cargo(&outcome.stdout, seen)
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::rust_template(name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::rust_sdk()
    }
}

/// Which agents may share a folder for intermediate files: those whose packages
/// from a path have the same content. Cargo names what it makes of such a
/// package by its place in the project alone, and takes what another project
/// left under that name for its own where its sources are older.
fn shared(root: &Path, rustc: &str, project: &Project) -> Result<String, PlanError> {
    let sdk = root.join(".flow/sdk/rust");
    let packages = cargo::packages(root);
    let simple = project.library.is_some() && !project.build_script;
    if !simple
        || packages
            .iter()
            .any(|package| package != root && *package != sdk)
    {
        return Ok(format!("{rustc}\n{}", root.display()));
    }
    let folders: Vec<PathBuf> = packages
        .into_iter()
        .filter(|package| *package == sdk)
        .collect();
    let sources = Sources::read(&folders, &[], &[]);
    let sources = sources.map_err(|(path, error)| PlanError::project(&path, error))?;
    Ok(format!("{rustc}\n{}", sources.key(&[])))
}

fn wasm_pack(
    root: &Path,
    package: &Path,
    name: &str,
    settings: &Settings,
    scratch: &str,
) -> Command {
    let package = package.display().to_string();
    let mut arguments = vec![
        "build",
        ".",
        "--target",
        "web",
        "--mode",
        "no-install",
        "--out-dir",
        &package,
        "--out-name",
        name,
    ];
    match settings.profile.as_str() {
        "release" => arguments.push("--release"),
        profile => arguments.extend(["--profile", profile]),
    }
    let features = settings.features.join(",");
    if !features.is_empty() {
        arguments.extend(["--", "--features", &features]);
    }
    let mut command = Command::new("wasm-pack", arguments, root);
    command
        .env
        .push(("CARGO_TARGET_DIR".to_owned(), scratch.to_owned()));
    command
}

fn settings(agent: &Agent) -> Result<Settings, PlanError> {
    let mut settings = Settings {
        profile: "release".to_owned(),
        features: Vec::new(),
    };
    for key in build_table::keys(agent, "a rust agent", &["profile", "features"]) {
        let key = key?;
        match key.name {
            "features" => {
                settings.features = key.list("write a list, such as `[\"small\"]`")?.to_vec();
            }
            _ => {
                let profile = key.text().filter(|profile| !profile.is_empty());
                let help = "name a profile of `Cargo.toml`, such as `release`";
                let profile = profile.ok_or_else(|| key.refuse("a string", help))?;
                settings.profile = profile.to_owned();
            }
        }
    }
    Ok(settings)
}

fn triple(target: Target) -> &'static str {
    match target {
        Target::Component => "wasm32-wasip2",
        Target::Web => "wasm32-unknown-unknown",
    }
}

/// Refuses to build where the toolchain is on this machine and lacks the target.
fn check_target(request: &Request<'_>) -> Result<(), PlanError> {
    let Some(sysroot) = request
        .answers
        .get(1)
        .map(Path::new)
        .filter(|sysroot| sysroot.is_dir())
    else {
        return Ok(());
    };
    let triple = triple(request.target);
    match sysroot.join("lib/rustlib").join(triple).is_dir() {
        true => Ok(()),
        false => Err(PlanError::MissingTool {
            tool: triple.to_owned(),
            install: format!("rustup target add {triple}"),
        }),
    }
}

fn no_library(root: &Path) -> PlanError {
    PlanError::Project {
        path: root.join("Cargo.toml"),
        reason: "a package for the web has to be a library with `crate-type = [\"cdylib\"]`"
            .to_owned(),
    }
}

/// The variables of this process that change what cargo makes.
fn variables() -> impl Iterator<Item = (String, String)> {
    let mut variables: Vec<_> = std::env::vars_os()
        .filter_map(|(name, value)| {
            Some((
                name.into_string().ok()?,
                value.to_string_lossy().into_owned(),
            ))
        })
        .filter(|(name, _)| {
            name != "CARGO_TARGET_DIR"
                && VARIABLES.iter().any(|variable| name.starts_with(variable))
        })
        .collect();
    variables.sort();
    variables.into_iter()
}

/// `1.95.0` of the output of `rustc -vV`.
fn release(rustc: &str) -> String {
    let release = rustc
        .lines()
        .find_map(|line| line.strip_prefix("release: "));
    release.unwrap_or(rustc).to_owned()
}

/// `0.15.1` of `wasm-pack 0.15.1`.
fn last_word(answer: Option<&String>) -> String {
    answer
        .and_then(|answer| answer.split_whitespace().last())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests;
