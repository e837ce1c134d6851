//! The SDK and the template against `wit/agent.wit`: everything here is built by the
//! real cargo and linked by the real linker, which refuses exports and imports whose
//! types are not those of the world.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flow_agent_bindings::{root, world, world_path};
use wasmparser::{Parser, Payload};

/// An agent as `flow new rust` would write it, with `source` in place of the
/// template's where there is one. It lies in the target folder and is only touched
/// where it differs, so that an unchanged agent is not built again.
fn scaffold(name: &str, source: Option<&str>) -> PathBuf {
    let agent = root().join("target/agents").join(name);
    let mut files = Vec::new();
    collect(&root().join("rust/template"), &agent, &mut files);
    collect(
        &root().join("rust/sdk"),
        &agent.join(".flow/sdk/rust"),
        &mut files,
    );
    collect(
        &root().join("wit"),
        &agent.join(".flow/sdk/wit"),
        &mut files,
    );
    if let Some(source) = source {
        let entry = agent.join("src/lib.rs");
        files.retain(|(path, _)| *path != entry);
        files.push((entry, source.to_owned()));
    }
    for (path, text) in files {
        let text = text.replace("{{name}}", name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    agent
}

/// Where each file below `from` belongs, and its text.
fn collect(from: &Path, to: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &target, files);
        } else {
            files.push((target, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

fn cargo(agent: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--locked"])
        .current_dir(agent)
        .env("CARGO_TARGET_DIR", target())
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "cargo {arguments:?}: {log}");
    assert!(!log.contains("warning"), "cargo {arguments:?}: {log}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Dependencies are built once for all agents and kept for the next run.
fn target() -> PathBuf {
    root().join("target/agents/target")
}

/// Builds the agent and returns its component.
fn component(agent: &Path) -> Vec<u8> {
    let messages = cargo(
        agent,
        &[
            "build",
            "--release",
            "--target",
            "wasm32-wasip2",
            "--message-format=json",
        ],
    );
    let file = messages
        .lines()
        .rev()
        .find_map(|line| line.split_once("\"filenames\":[\"")?.1.split('"').next())
        .filter(|file| file.ends_with(".wasm"))
        .expect("cargo names the artifact");
    fs::read(file).unwrap()
}

#[derive(Debug, Default, PartialEq)]
struct Interfaces {
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
    core_modules: usize,
}

fn interfaces(component: &[u8]) -> Interfaces {
    let mut found = Interfaces::default();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            Payload::ModuleSection { .. } => {
                found.core_modules += 1;
                depth += 1;
            }
            Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                let names = section
                    .into_iter()
                    .map(|import| import.unwrap().name.name.to_owned());
                found.imports.extend(names);
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                let names = section
                    .into_iter()
                    .map(|export| export.unwrap().name.name.to_owned());
                found.exports.extend(names);
            }
            _ => {}
        }
    }
    found
}

#[test]
fn the_encoded_world_is_that_of_the_wit_file() {
    let checked_in = fs::read_to_string(world_path()).unwrap();
    assert!(
        checked_in == world().unwrap(),
        "rust/sdk/src/world.rs is stale: run `cargo run -p flow-agent-bindings`"
    );
}

/// Name and version of each package from a registry.
fn locked(lock: &Path) -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(lock).unwrap();
    let value = |package: &str, key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_matches('"').to_owned())
    };
    text.split("[[package]]")
        .filter(|package| package.contains("\nsource = "))
        .map(|package| {
            let name = value(package, "name = ").unwrap();
            (name, value(package, "version = ").unwrap())
        })
        .collect()
}

#[test]
fn an_agent_needs_no_package_that_the_plugin_does_not() {
    let template = locked(&root().join("rust/template/Cargo.lock"));
    assert!(template.len() > 10, "{template:?}");
    for lock in ["Cargo.lock", "../Cargo.lock"] {
        let available = locked(&root().join(lock));
        let missing = template.difference(&available).collect::<Vec<_>>();
        assert!(
            missing.is_empty(),
            "not in {lock}: {missing:?}; align with `cargo update --precise`"
        );
    }
}

#[test]
fn the_pinned_bindgen_is_the_locked_one() {
    let template = locked(&root().join("rust/template/Cargo.lock"));
    let (_, version) = template
        .iter()
        .find(|(name, _)| name == "wasm-bindgen")
        .unwrap();
    let pins = fs::read_to_string(root().join("versions.toml")).unwrap();
    let tool = pins.split_once("name = \"wasm-bindgen-cli\"").unwrap().1;
    assert!(
        tool.contains(&format!("\nversion = \"{version}\"")),
        "versions.toml must pin wasm-bindgen-cli {version}"
    );
}

#[test]
fn the_template_becomes_a_component_that_imports_no_more_than_it_uses() {
    let found = interfaces(&component(&scaffold("sample", None)));
    assert_eq!(
        found.exports,
        BTreeSet::from(["flow:agent/handler@0.1.0".to_owned()])
    );
    assert!(
        found
            .imports
            .iter()
            .all(|import| import.starts_with("wasi:")),
        "{found:?}"
    );
    // The program and the two small modules with which wit-component ties its
    // imports; each one more would be paid for at every spawn.
    assert_eq!(found.core_modules, 3, "{found:?}");
}

#[test]
fn every_import_is_declared_as_the_world_has_it() {
    let source = include_str!("agents/imports.rs");
    let found = interfaces(&component(&scaffold("imports", Some(source))));
    for import in ["flow:agent/memory@0.1.0", "flow:agent/peers@0.1.0"] {
        assert!(found.imports.contains(import), "{import} in {found:?}");
    }
}

#[test]
fn the_tests_of_the_template_pass_on_this_machine() {
    let log = cargo(&scaffold("tested", None), &["test"]);
    assert!(log.contains("test result: ok. 2 passed"), "{log}");
}

#[test]
#[ignore = "needs wasm-pack, wasm-bindgen and node; see README.md"]
fn the_template_becomes_a_package_for_node() {
    let agent = scaffold("packed", None);
    let packed = Command::new("wasm-pack")
        .args([
            "build",
            "--target",
            "nodejs",
            "--mode",
            "no-install",
            "--no-opt",
        ])
        .current_dir(&agent)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .expect("wasm-pack starts");
    assert!(
        packed.status.success(),
        "{}",
        String::from_utf8_lossy(&packed.stderr)
    );
    fs::write(agent.join("check.js"), include_str!("agents/check.js")).unwrap();
    let checked = Command::new("node")
        .arg("check.js")
        .current_dir(&agent)
        .output()
        .expect("node starts");
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
}
