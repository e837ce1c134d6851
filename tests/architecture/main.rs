//! Holds the arrows of the architecture and the rules of the house, by reading
//! the manifests and sources of this repository.

mod circles;
mod imports;
mod packages;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flow_tests::tools::root;

use circles::circles;
use imports::{OnDisk, imports};
use packages::{Package, packages};

/// Crate by crate, which of our own crates it may import: only downward.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "nu_plugin_flow",
        &[
            "flow-run",
            "flow-build",
            "flow-engine-sources",
            "flow-doctor",
            "flow-template",
            "flow-workspace",
            "flow-runtime",
            "flow-store",
            "flow-cache",
            "flow-process",
            "flow-contract",
        ],
    ),
    (
        "flow-run",
        &[
            "flow-build",
            "flow-runtime",
            "flow-store",
            "flow-process",
            "flow-cache",
            "flow-contract",
        ],
    ),
    (
        "flow-build",
        &[
            "flow-runtime",
            "flow-componentize",
            "flow-process",
            "flow-cache",
            "flow-pins",
            "flow-contract",
        ],
    ),
    (
        "flow-doctor",
        &["flow-workspace", "flow-process", "flow-cache", "flow-pins"],
    ),
    ("flow-template", &["flow-pins"]),
    ("flow-workspace", &["flow-process"]),
    ("flow-engine-sources", &[]),
    (
        "flow-runtime",
        &[
            "pyodide-wasmtime",
            "flow-store",
            "flow-cache",
            "flow-contract",
        ],
    ),
    ("flow-store", &["flow-contract"]),
    ("pyodide-wasmtime", &[]),
    ("flow-contract", &[]),
    ("flow-process", &[]),
    ("flow-cache", &[]),
    ("flow-pins", &[]),
    ("flow-componentize", &[]),
    (
        "flow-tests",
        &["flow-build", "flow-cache", "flow-contract", "flow-runtime"],
    ),
    // What runs inside of WebAssembly has workspaces of its own.
    ("{{name}}", &["flow-agent"]),
    ("flow-agent", &[]),
    ("flow-agent-bindings", &[]),
    ("flow-engine-javascript", &[]),
    ("flow-engine-nushell", &[]),
    ("flow-test-engine", &[]),
    ("connect", &[]),
    ("typed", &[]),
];

/// Prefixes of foreign crates that only the named crates of ours may know.
const KNOWN_BY: &[(&str, &[&str])] = &[
    ("nu-", &["nu_plugin_flow"]),
    ("wasmtime", &["flow-runtime", "pyodide-wasmtime"]),
    ("duct", &["flow-process"]),
    ("rusqlite", &["flow-store"]),
];

/// The one module that spawns processes.
const SPAWNS: &str = "nu_plugin_flow/crates/process/src";

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

/// The packages of every workspace of the repository.
fn all_packages() -> Vec<Package> {
    let manifests = files()
        .into_iter()
        .filter(|path| path.ends_with("Cargo.toml"));
    let packages: Vec<Package> = manifests
        .filter_map(|path| packages(&root(), &path))
        .collect();
    assert!(packages.len() > 15, "only {} packages", packages.len());
    packages
}

#[test]
fn crates_import_only_downward() {
    for package in all_packages() {
        let name = &package.name;
        let Some((_, allowed)) = ARROWS.iter().find(|(of, _)| of == name) else {
            panic!("`{name}` has no place in the architecture: give it one in ARROWS");
        };
        for dependency in &package.dependencies {
            let ours = ARROWS.iter().any(|(of, _)| of == dependency);
            assert!(
                !ours || allowed.contains(&dependency.as_str()),
                "`{name}` may not import `{dependency}`"
            );
        }
    }
}

#[test]
fn arrows_name_crates_that_there_are() {
    let packages = all_packages();
    for (name, allowed) in ARROWS {
        for name in allowed.iter().chain([name]) {
            let there = packages.iter().any(|package| package.name == *name);
            assert!(there, "there is no crate `{name}`");
        }
    }
}

#[test]
fn nushell_wasmtime_and_processes_each_have_one_crate_that_knows_them() {
    let host = |package: &Package| package.folder.starts_with("nu_plugin_flow");
    for package in all_packages().iter().filter(|package| host(package)) {
        let name = &package.name;
        for dependency in &package.dependencies {
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
fn no_file_reaches_itself_through_imports() {
    let (mut edges, mut found) = (0, String::new());
    for crate_root in all_packages().iter().flat_map(|package| &package.roots) {
        let graph = imports(&OnDisk(&root()), crate_root);
        edges += graph.values().map(|to| to.len()).sum::<usize>();
        for circle in circles(&graph) {
            found.push_str(&format!(
                "{} files of {}:\n",
                circle.len(),
                crate_root.display()
            ));
            for (file, imported) in circle.iter().filter_map(|file| graph.get_key_value(file)) {
                for (to, reason) in imported.iter().filter(|(to, _)| circle.contains(to)) {
                    let (file, to) = (file.display(), to.display());
                    found.push_str(&format!(
                        "  {file}:{}: `{}` is in {to}\n",
                        reason.line, reason.path
                    ));
                }
            }
        }
    }
    assert!(edges > 1_000, "only {edges} imports were seen");
    assert!(
        found.is_empty(),
        "files import each other in a circle:\n{found}"
    );
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
fn no_file_is_longer_than_600_lines() {
    let written = ["rs", "nu", "sh", "py", "js", "ts", "go", "wat", "wit"];
    for path in files()
        .into_iter()
        .filter(|path| has_extension(path, &written))
    {
        let lines = read(&path).lines().count();
        assert!(
            lines <= 600,
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
fn pages_name_sources_that_there_are() {
    let sources = files();
    let is_source = |word: &str| {
        let path = Path::new(word);
        let is_path = path.components().count() > 1 && !word.contains([' ', '{', '*']);
        is_path && has_extension(path, &["rs", "sh", "wit"])
    };
    let pages = sources.iter().filter(|path| has_extension(path, &["md"]));
    for page in pages {
        for (number, line) in read(page).lines().enumerate() {
            let literals = line.split('`').skip(1).step_by(2);
            for literal in literals.filter(|literal| is_source(literal)) {
                // `flow-build/src/agent` is in the folder `build`.
                let literal = literal.strip_prefix("flow-").unwrap_or(literal);
                assert!(
                    sources.iter().any(|path| path.ends_with(literal)) || literal == "name/mod.rs",
                    "{}:{}: there is no `{literal}`",
                    page.display(),
                    number + 1
                );
            }
        }
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
