use std::fs;

use miette::Diagnostic;

use super::*;
use crate::scaffold;

fn agent(build: &str) -> (tempfile::TempDir, Agent) {
    let folder = tempfile::tempdir().unwrap();
    scaffold::create("rust", "word-count", folder.path()).unwrap();
    let root = folder.path().join("word-count");
    fs::write(root.join("agent.toml"), build).unwrap();
    let agent = Agent::in_folder(&root).unwrap();
    (folder, agent)
}

fn answers(sysroot: &Path) -> Vec<String> {
    [
        "rustc 1.95.0\nrelease: 1.95.0",
        &sysroot.display().to_string(),
        "wasm-pack 0.15.1",
        "wasm-bindgen 0.2.130",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Programs and arguments of the steps, one line each.
fn commands(agent: &Agent, target: Target) -> String {
    let answers = answers(Path::new("/nowhere"));
    let steps = Rust
        .steps(
            &Request {
                agent,
                target,
                answers: &answers,
                attempts: &[],
            },
            Path::new("/scratch"),
        )
        .unwrap();
    let lines = steps.commands.iter().map(|command| {
        assert_eq!(command.dir, agent.root);
        format!(
            "{:?} {} {}",
            command.env,
            command.program,
            command.args.join(" ")
        )
    });
    let stale = steps
        .stale
        .iter()
        .map(|path| format!("stale: {}", path.display()));
    lines
        .chain(stale)
        .chain([format!("{:?}", steps.output)])
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_component_is_built_by_cargo_and_a_package_by_wasm_pack() {
    let (_folder, agent) = agent("[build]\nprofile = \"small\"\nfeatures = [\"a\", \"b\"]");
    insta::assert_snapshot!(format!(
        "{}\n{}",
        commands(&agent, Target::Component),
        commands(&agent, Target::Web)
    ));
}

#[test]
fn a_program_is_built_as_a_command_and_is_no_package_for_the_web() {
    let (_folder, agent) = agent("");
    fs::write(agent.root.join("Cargo.toml"), "[package]\nname = \"tool\"").unwrap();
    insta::assert_snapshot!(commands(&agent, Target::Component));
    let answers = answers(Path::new("/nowhere"));
    let request = Request {
        agent: &agent,
        target: Target::Web,
        answers: &answers,
        attempts: &[],
    };
    let error = Rust.steps(&request, Path::new("/scratch")).unwrap_err();
    assert!(error.to_string().contains("cdylib"), "{error}");
}

#[test]
fn a_missing_target_names_the_command_that_installs_it() {
    let (folder, agent) = agent("");
    let answers = answers(folder.path());
    let plan = |target| {
        Rust.plan(&Request {
            agent: &agent,
            target,
            answers: &answers,
            attempts: &[],
        })
    };
    let report = [Target::Component, Target::Web].map(|target| {
        let error = plan(target).unwrap_err();
        format!("{error}\n  help: {}", error.help().unwrap())
    });
    insta::assert_snapshot!(report.join("\n"));
    fs::create_dir_all(folder.path().join("lib/rustlib/wasm32-wasip2")).unwrap();
    let plan = plan(Target::Component).unwrap();
    assert_eq!((plan.tool, plan.version.as_str()), ("rustc", "1.95.0"));
}

#[test]
fn a_build_setting_that_rust_has_not_is_an_error_with_its_place() {
    let report = [
        "[build]\nprofil = \"x\"",
        "[build]\npackages = []",
        "[build]\nprofile = true",
        "[build]\nfeatures = \"a\"",
    ]
    .map(|text| {
        let (_folder, agent) = agent(text);
        let answers = answers(Path::new("/nowhere"));
        let error = Rust
            .plan(&Request {
                agent: &agent,
                target: Target::Component,
                answers: &answers,
                attempts: &[],
            })
            .unwrap_err();
        let PlanError::Setting {
            problem,
            line,
            column,
            ..
        } = &error
        else {
            panic!("{error:?}")
        };
        format!(
            "{problem} ({line}:{column})\n  help: {}",
            error.help().unwrap()
        )
    });
    insta::assert_snapshot!(report.join("\n"));
}

#[test]
fn the_answers_are_asked_for_again_when_the_toolchain_changes() {
    let (_folder, agent) = agent("");
    let probe = Rust.probe(&agent, Target::Web);
    let programs: Vec<_> = probe
        .commands
        .iter()
        .map(|command| command.program.as_str())
        .skip(2)
        .collect();
    assert_eq!(programs, ["wasm-pack", "wasm-bindgen"]);
    assert!(
        probe
            .inputs
            .contains(&agent.root.join("rust-toolchain.toml"))
    );
    assert_eq!(
        Rust.witnesses(&answers(Path::new("/sysroot"))),
        [PathBuf::from("/sysroot/bin/rustc")]
    );
}

#[test]
fn agents_share_intermediate_files_where_their_packages_from_a_path_are_the_same() {
    let shared = |agent: &Agent| {
        let answers = answers(Path::new("/nowhere"));
        let request = Request {
            agent,
            target: Target::Component,
            answers: &answers,
            attempts: &[],
        };
        Rust.plan(&request).unwrap().shared
    };
    let (_one_folder, one) = agent("");
    let (_two_folder, two) = agent("");
    fs::write(two.root.join("src/lib.rs"), "// another source").unwrap();
    assert_eq!(shared(&one), shared(&two));
    fs::write(two.root.join(".flow/sdk/rust/src/lib.rs"), "// another SDK").unwrap();
    assert_ne!(shared(&one), shared(&two));

    let (_three_folder, three) = agent("");
    fs::write(three.root.join("build.rs"), "").unwrap();
    assert!(shared(&three).ends_with(three.root.to_str().unwrap()));
    fs::remove_file(three.root.join("build.rs")).unwrap();
    assert_eq!(shared(&one), shared(&three));
    fs::create_dir(three.root.join("words")).unwrap();
    fs::write(
        three.root.join("words/Cargo.toml"),
        "[package]\nname = \"words\"",
    )
    .unwrap();
    let manifest = three.root.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(
        manifest,
        text.replace("[dependencies]", "[dependencies]\nwords.path = \"words\""),
    )
    .unwrap();
    assert!(shared(&three).ends_with(three.root.to_str().unwrap()));
}
