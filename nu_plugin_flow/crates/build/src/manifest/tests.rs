use std::{fs, path::Path, time::Duration};

use flow_contract::Limits;
use miette::Diagnostic;

use super::*;

fn parse(text: &str) -> Result<Manifest, ManifestError> {
    Manifest::parse(Path::new("/project/agent.toml"), text.to_owned())
}

const FULL: &str = r#"
[agent]
name = "score"
language = "rust"
entry = "src/lib.rs"
description = "scores orders"

[signature]
input = "record<id: int>"
output = "table<id: int, score: float>"

[limits]
timeout = "2sec"
memory = "64mb"
output = "1KiB"
fuel = 1_000
table_elements = 0x10

[permissions]
dirs = ["./data:ro",
        "/srv:rw"]
env = ["LANG"]
net = ["api.example.org:443"]
memory = ["orders"]
agents = ["tokenize"]

[build]
profile = "small"
features = ["a", "b"]
strip = true
"#;

#[test]
fn every_key_is_read_with_its_place() {
    let manifest = parse(FULL).unwrap();
    let output = manifest.signature_output.clone().unwrap();
    assert_eq!(
        (output.value.as_str(), output.line, output.column),
        ("table<id: int, score: float>", 10, 10)
    );
    assert_eq!(
        FULL.get(output.span),
        Some("\"table<id: int, score: float>\"")
    );
    assert_eq!(manifest.name.clone().unwrap().value, "score");
    assert_eq!(manifest.language.clone().unwrap().value, "rust");
    assert_eq!(manifest.entry.clone().unwrap().value, "src/lib.rs");
    assert_eq!(manifest.description.as_deref(), Some("scores orders"));
    let expected = LimitOverrides {
        timeout: Some(Duration::from_secs(2)),
        memory: Some(64_000_000),
        output: Some(1024),
        fuel: Some(1000),
        table_elements: Some(16),
    };
    assert_eq!(manifest.limits, expected);
    let lines: Vec<_> = manifest
        .grants
        .iter()
        .map(|grant| (grant.line, grant.column))
        .collect();
    assert_eq!(
        lines,
        [(20, 9), (21, 9), (22, 8), (23, 8), (24, 11), (25, 11)]
    );
    assert_eq!(
        manifest.build["features"].value,
        Setting::List(vec!["a".into(), "b".into()])
    );
    assert_eq!(manifest.build["strip"].value, Setting::Flag(true));
    assert_eq!(
        (
            manifest.build["profile"].line,
            manifest.build["profile"].column
        ),
        (28, 1)
    );
}

#[test]
fn grants_become_permissions_relative_to_the_file() {
    let permissions = parse(FULL).unwrap().permissions();
    let dirs: Vec<_> = permissions
        .dirs
        .iter()
        .map(|dir| (dir.host.clone(), dir.write))
        .collect();
    assert_eq!(
        dirs,
        [("/project/./data".into(), false), ("/srv".into(), true)]
    );
    assert_eq!(permissions.env, ["LANG"]);
    assert_eq!(permissions.net.len(), 1);
    let memory = permissions.memory.first().unwrap();
    assert_eq!((memory.namespace.as_str(), memory.write), ("orders", true));
    let agent = permissions.agents.first().unwrap();
    assert_eq!(agent.name, "tokenize");
    assert_eq!(agent.base, Path::new("/project"));
}

#[test]
fn overrides_leave_the_other_limits_alone() {
    let mut limits = Limits::default();
    parse("[limits]\nmemory = \"1mb\"")
        .unwrap()
        .limits
        .apply(&mut limits);
    assert_eq!(
        limits,
        Limits {
            memory: 1_000_000,
            ..Limits::default()
        }
    );
}

#[test]
fn a_folder_without_a_manifest_has_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Manifest::read(folder.path()).unwrap(), Manifest::default());
    assert_eq!(parse("").unwrap().grants, []);
    fs::create_dir(folder.path().join(FILE_NAME)).unwrap();
    assert!(matches!(
        Manifest::read(folder.path()),
        Err(ManifestError::Read { .. })
    ));
}

/// Message, code and help of the error, and the text that it points at.
fn report(text: &str) -> String {
    let error = parse(text).unwrap_err();
    let ManifestError::Invalid(invalid) = &error else {
        panic!("{error:?}")
    };
    let (start, length) = (invalid.span.offset(), invalid.span.len());
    format!(
        "{error}\n  {} help: {}\n  at: {:?}",
        error.code().unwrap(),
        error.help().unwrap(),
        text.get(start..start + length).unwrap()
    )
}

#[test]
fn what_is_no_part_of_a_manifest_is_an_error_with_its_place() {
    let cases = [
        "[agnet]",
        "name = \"x\"",
        "[limits]\n  timout = \"2sec\"",
        "[permissions]\nfiles = []",
        "[agent]\nname = 3",
        "agent = \"x\"",
        "[limits]\nmemory = \"lots\"",
        "[limits]\nfuel = -1",
        "[limits]\nfuel = 99999999999999999999",
        "[permissions]\ndirs = \"./data:ro\"",
        "[permissions]\ndirs = [\"./data:ro\", \"é:rx\"]",
        "[permissions]\nnet = [\"*\"]",
        "[permissions]\nmemory = [\"orders:wo\"]",
        "[permissions]\nagents = [\"=words\"]",
        "[permissions]\nenv = [7]",
        "[build]\nprofile = 1.5",
        "[agent]\nname = \"a\"\nname = \"b\"",
        "[agent\n",
    ];
    insta::assert_snapshot!(cases.map(report).join("\n"));
}

#[test]
fn the_error_carries_the_file_and_a_label() {
    let error = parse("[limits]\ntimout = \"2sec\"").unwrap_err();
    let label = error.labels().unwrap().next().unwrap();
    assert_eq!(
        (label.label(), label.offset(), label.len()),
        (Some("not a key of this table"), 9, 6)
    );
    let content = error
        .source_code()
        .unwrap()
        .read_span(label.inner(), 0, 0)
        .unwrap();
    assert_eq!(
        (content.name(), content.line()),
        (Some("/project/agent.toml"), 1)
    );
}
