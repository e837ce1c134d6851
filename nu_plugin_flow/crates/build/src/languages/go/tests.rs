use std::fs;

use miette::Diagnostic;

use super::*;
use crate::scaffold;

/// What `go env` of the recorded version says.
const GO: &str = "go1.26.6\n/usr/lib/go\n\n\n";

/// What a TinyGo that can build says, as recorded: it is not on the machines that run this.
fn recorded_tinygo(version: &str) -> Vec<Result<String, String>> {
    vec![
        Ok(format!(
            "tinygo version {version} linux/amd64 (using go version go1.25.0 and LLVM version 19.1.2)"
        )),
        Ok("{\n\t\"target\": \"wasip1\",\n\t\"goroot\": \"/usr/lib/go\",\n\t\"goos\": \"wasip1\",\n\t\"goarch\": \"wasm\",\n\t\"garbage_collector\": \"conservative\",\n\t\"scheduler\": \"asyncify\"\n}".to_owned()),
    ]
}

/// What one says that does not go with the installed Go, as recorded.
fn recorded_tinygo_that_cannot_build() -> Vec<Result<String, String>> {
    let mut attempts = recorded_tinygo("0.33.0");
    attempts[1] = Err("requires go version 1.19 through 1.23, got go1.26".to_owned());
    attempts
}

fn no_tinygo() -> Vec<Result<String, String>> {
    let missing = || Err("it is not installed".to_owned());
    vec![missing(), missing()]
}

fn agent(build: &str) -> (tempfile::TempDir, Agent) {
    let folder = tempfile::tempdir().unwrap();
    scaffold::create("go", "word-count", folder.path()).unwrap();
    let root = folder.path().join("word-count");
    fs::write(root.join("agent.toml"), build).unwrap();
    let agent = Agent::in_folder(&root).unwrap();
    (folder, agent)
}

/// The plan's choice, and the commands of its steps.
fn plan(agent: &Agent, go: &str, attempts: &[Result<String, String>]) -> Result<String, String> {
    let answers = [go.to_owned()];
    let request = Request {
        agent,
        target: Target::Component,
        answers: &answers,
        attempts,
    };
    let said = |error: PlanError| {
        let help = error.help().map(|help| help.to_string());
        format!("{error}\n  help: {}", help.unwrap_or_default())
    };
    let plan = Go.plan(&request).map_err(said)?;
    let steps = Go.steps(&request, Path::new("/scratch")).map_err(said)?;
    let commands = steps.commands.iter().map(|command| {
        let variables = command.env.iter();
        let variables: Vec<_> = variables
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!(
            "{} {} {}",
            variables.join(" "),
            command.program,
            command.args.join(" ")
        )
    });
    let commands: Vec<String> = commands.collect();
    Ok(format!(
        "{} {}: {}\n{}\n{:?}",
        plan.tool,
        plan.version,
        plan.reason.unwrap_or_default(),
        commands.join("\n"),
        steps.output
    ))
}

fn report(agent: &Agent, go: &str, attempts: &[Result<String, String>]) -> String {
    plan(agent, go, attempts).unwrap_or_else(|error| format!("error: {error}"))
}

#[test]
fn tinygo_builds_where_it_can_and_else_go_and_the_plan_says_why() {
    let (_folder, agent) = agent("[build]\ntags = [\"small\", \"fast\"]");
    let reports = [
        no_tinygo(),
        recorded_tinygo("0.39.0"),
        recorded_tinygo_that_cannot_build(),
        recorded_tinygo("0.33.0"),
    ]
    .map(|attempts| report(&agent, GO, &attempts));
    insta::assert_snapshot!(reports.join("\n\n"));
}

#[test]
fn the_manifest_decides_which_compiler_builds() {
    let (_folder, go) = agent("[build]\ncompiler = \"go\"");
    let (_other, tinygo) = agent("[build]\ncompiler = \"tinygo\"");
    let reports = [
        report(&go, GO, &[]),
        report(&tinygo, GO, &recorded_tinygo("0.39.0")),
        report(&tinygo, GO, &recorded_tinygo_that_cannot_build()),
        report(&tinygo, GO, &no_tinygo()),
        report(&go, "go1.22.1\n/usr/lib/go", &[]),
    ];
    insta::assert_snapshot!(reports.join("\n\n"));
    let asked = |agent| Go.probe(agent, Target::Component).attempts.len();
    assert_eq!((asked(&go), asked(&tinygo)), (0, 2));
}

#[test]
fn a_program_that_does_not_call_handle_is_a_command() {
    let (_folder, agent) = agent("");
    fs::write(agent.root.join("main.go"), "package main\nfunc main() {}\n").unwrap();
    insta::assert_snapshot!(report(&agent, GO, &no_tinygo()));
}

#[test]
fn a_file_of_no_module_is_built_with_the_sdk_that_flow_carries() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("score.go");
    fs::write(
        &file,
        "package main\nimport \"flow\"\nfunc main() { flow.Handle(f) }\n",
    )
    .unwrap();
    let agent = Agent::locate("score.go", folder.path()).unwrap();
    assert_eq!(agent.name, "score");
    let answers = [GO.to_owned()];
    let request = Request {
        agent: &agent,
        target: Target::Component,
        answers: &answers,
        attempts: &[],
    };
    assert!(!Go.plan(&request).unwrap().has_folder);
    let steps = Go.steps(&request, Path::new("/scratch")).unwrap();
    assert_eq!(steps.commands[0].dir, Path::new("/scratch/source"));
    let written: Vec<_> = steps.files.iter().map(|(path, _)| path.clone()).collect();
    for path in ["go.mod", "score.go", "sdk/go/flow.go", "sdk/go/go.mod"] {
        assert!(
            written.contains(&Path::new("/scratch/source").join(path)),
            "{path}"
        );
    }
}

#[test]
fn a_build_setting_that_go_has_not_is_an_error_with_its_place() {
    let reports = [
        "[build]\ncompilr = \"go\"",
        "[build]\nprofile = \"release\"",
        "[build]\ncompiler = \"gccgo\"",
        "[build]\ntags = \"a\"",
    ]
    .map(|text| {
        let (_folder, agent) = agent(text);
        let place = agent.root.display().to_string();
        report(&agent, GO, &no_tinygo()).replace(&place, "AGENT")
    });
    insta::assert_snapshot!(reports.join("\n"));
}

#[test]
fn there_is_no_package_for_the_web() {
    let (_folder, agent) = agent("");
    let request = Request {
        agent: &agent,
        target: Target::Web,
        answers: &[],
        attempts: &[],
    };
    assert!(matches!(Go.plan(&request), Err(PlanError::Target { .. })));
}
