//! Holds the arrows of the architecture and the rules of the house, by reading
//! the manifests and sources of this repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flow_tests::tools::root;
use serde_json::Value;

/// Crate by crate, which of our own crates it may import: only downward.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "nu_plugin_flow",
        &[
            "flow-build",
            "flow-doctor",
            "flow-template",
            "flow-workspace",
            "flow-runtime",
            "flow-store",
            "flow-cache",
        ],
    ),
    (
        "flow-doctor",
        &["flow-workspace", "flow-cache", "flow-pins"],
    ),
    ("flow-template", &["flow-pins"]),
    ("flow-pins", &[]),
    (
        "flow-build",
        &[
            "flow-workspace",
            "flow-runtime",
            "flow-componentize",
            "flow-pins",
            "flow-cache",
        ],
    ),
    (
        "flow-runtime",
        &["pyodide-wasmtime", "flow-store", "flow-cache"],
    ),
    ("flow-store", &[]),
    ("pyodide-wasmtime", &[]),
    ("flow-workspace", &[]),
    ("flow-cache", &[]),
    ("flow-componentize", &[]),
    ("flow-tests", &["flow-build", "flow-cache", "flow-runtime"]),
];

/// Prefixes of foreign crates that only the named crates of ours may know.
const KNOWN_BY: &[(&str, &[&str])] = &[
    ("nu-", &["nu_plugin_flow"]),
    ("wasmtime", &["flow-runtime", "pyodide-wasmtime"]),
    ("duct", &["flow-workspace"]),
    ("rusqlite", &["flow-store"]),
];

/// The one module that spawns processes.
const SPAWNS: &str = "nu_plugin_flow/crates/workspace/src/process";

/// The dependencies of each crate of the host workspace, without those of its tests only.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new("cargo")
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo's metadata");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let shipped = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev");
            (name(package), shipped.map(name).collect())
        })
        .collect()
}

/// Every file that is in git or could be added to it, relative to the root.
fn files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listed = String::from_utf8(output.stdout).expect("names in UTF-8");
    let files: Vec<PathBuf> = listed
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect();
    assert!(files.len() > 20, "git lists only {} files", files.len());
    files
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).expect("a text file")
}

/// The sources of the host, each without the tests at its end.
fn host_sources() -> Vec<(PathBuf, String)> {
    let sources: Vec<_> = files()
        .into_iter()
        .filter(|path| path.starts_with("nu_plugin_flow") && has_extension(path, &["rs"]))
        .filter(|path| !path.components().any(|part| part.as_os_str() == "tests"))
        .filter(|path| path.file_stem().is_none_or(|name| name != "tests"))
        .map(|path| {
            let text = read(&path);
            let code = text
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .to_owned();
            (path, code)
        })
        .collect();
    assert!(
        sources.len() > 5,
        "only {} sources of the host",
        sources.len()
    );
    sources
}

#[test]
fn crates_import_only_downward() {
    for (name, dependencies) in dependencies() {
        let Some((_, allowed)) = ARROWS.iter().find(|(of, _)| *of == name) else {
            panic!("`{name}` has no place in the architecture: give it one in ARROWS");
        };
        for dependency in dependencies {
            let ours = ARROWS.iter().any(|(of, _)| *of == dependency);
            assert!(
                !ours || allowed.contains(&dependency.as_str()),
                "`{name}` may not import `{dependency}`"
            );
        }
    }
}

#[test]
fn nushell_wasmtime_and_processes_each_have_one_crate_that_knows_them() {
    for (name, dependencies) in dependencies() {
        for dependency in dependencies {
            for (prefix, allowed) in KNOWN_BY {
                assert!(
                    !dependency.starts_with(prefix) || allowed.contains(&name.as_str()),
                    "`{name}` may not know `{dependency}`: only {allowed:?} may"
                );
            }
        }
    }
}

#[test]
fn one_module_spawns_processes() {
    for (path, code) in host_sources() {
        if path.to_string_lossy().starts_with(SPAWNS) {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            let spawns = line.contains("std::process::Command")
                || line.contains("duct::")
                || (line.contains("process::{")
                    && line.contains("Command")
                    && line.contains("std"));
            assert!(
                !spawns,
                "{}:{}: spawns a process: {line}",
                path.display(),
                number + 1
            );
        }
    }
}

#[test]
fn every_crate_of_the_host_obeys_the_lints_of_the_workspace() {
    for path in files() {
        if path.starts_with("nu_plugin_flow") && path.ends_with("Cargo.toml") {
            let manifest = read(&path);
            assert!(
                manifest.contains("[lints]\nworkspace = true"),
                "{} has no `[lints] workspace = true`",
                path.display()
            );
        }
    }
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let written = ["rs", "nu", "sh", "py", "js", "ts", "go", "wat", "wit"];
    for path in files()
        .into_iter()
        .filter(|path| has_extension(path, &written))
    {
        let lines = read(&path).lines().count();
        assert!(
            lines <= 400,
            "{} has {lines} lines: split it by noun",
            path.display()
        );
    }
}

#[test]
fn no_binary_is_in_the_repository() {
    for path in files() {
        let bytes = fs::read(root().join(&path)).expect("a file");
        assert!(!bytes.contains(&0), "{} is a binary", path.display());
    }
}

#[test]
fn names_say_what_a_file_is_about() {
    for path in files() {
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let vague = [
            "utils", "util", "helpers", "helper", "common", "manager", "misc",
        ];
        assert!(
            !vague.contains(&stem.as_str()),
            "{} has a vague name",
            path.display()
        );
    }
}

#[test]
fn what_is_left_to_do_says_why() {
    // Put together here, or this file would be found.
    let markers = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    for path in files()
        .into_iter()
        .filter(|path| has_extension(path, &["rs", "nu", "sh", "wit"]))
    {
        for (number, line) in read(&path).lines().enumerate() {
            let marked = markers.iter().find_map(|marker| line.split_once(marker));
            let reason = marked.map(|(_, rest)| rest.trim_start_matches([':', '(', ' ']).len());
            assert!(
                reason.is_none_or(|length| length > 10),
                "{}:{}: says that something is left, not why: {line}",
                path.display(),
                number + 1
            );
        }
    }
}
