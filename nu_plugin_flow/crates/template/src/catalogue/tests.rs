use std::collections::BTreeSet;

use serde_json::Map;

use super::*;

/// What Devbox reads in a plugin.
const PLUGIN_KEYS: &[&str] = &[
    "name",
    "version",
    "description",
    "packages",
    "env",
    "shell",
    "create_files",
    "include",
];

fn object(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => object,
        other => panic!("not an object: {other:?} of {text}"),
    }
}

#[test]
fn every_template_can_be_read_and_every_language_has_one() {
    assert_eq!(all().len(), TEMPLATES.len());
    for embedded in TEMPLATES {
        assert!(
            read(embedded).is_ok(),
            "{}: {:?}",
            embedded.name,
            read(embedded).err()
        );
    }
    for language in [
        "rust",
        "python",
        "typescript",
        "javascript",
        "go",
        "nushell",
    ] {
        assert!(named(language).is_some(), "{language}");
    }
    assert_eq!(named("javascript").unwrap().name, "typescript");
    assert!(named("cobol").is_none());
}

#[test]
fn plugins_keep_the_rules_of_devbox() {
    for template in all() {
        let parts: Vec<_> = template.parts.iter().collect();
        let files = template.files(&parts);
        let (path, text) = &files[0];
        assert!(
            path.ends_with("/plugin.json"),
            "Devbox looks for this name: {path}"
        );
        let plugin = object(text);
        for key in plugin.keys() {
            assert!(
                PLUGIN_KEYS.contains(&key.as_str()),
                "{}: `{key}`",
                template.name
            );
        }
        for key in ["name", "version", "description"] {
            assert!(
                plugin[key].as_str().is_some_and(|text| !text.is_empty()),
                "{}: `{key}`",
                template.name
            );
        }
        assert_eq!(plugin["name"], format!("flow-{}", template.name));
        assert_eq!(plugin["version"], env!("CARGO_PKG_VERSION"));
        if let Some(shell) = plugin.get("shell") {
            let keys: Vec<_> = shell.as_object().unwrap().keys().collect();
            assert!(
                keys.iter()
                    .all(|key| ["init_hook", "scripts"].contains(&key.as_str())),
                "{keys:?}"
            );
        }
        let packages = plugin["packages"].as_array().unwrap();
        let names: BTreeSet<_> = packages
            .iter()
            .map(|package| package.as_str().unwrap().split('@').next())
            .collect();
        assert_eq!(
            names.len(),
            packages.len(),
            "{}: a package twice",
            template.name
        );
    }
}

#[test]
fn every_pin_in_a_template_is_the_one_of_the_versions_file() {
    for template in all() {
        let parts = template.parts.iter().flat_map(|part| part.packages.clone());
        for package in template.packages().into_iter().chain(parts) {
            let (name, version) = package.split_once('@').unwrap_or((&package, "none"));
            assert_eq!(
                pins().devbox.get(name).map(String::as_str),
                Some(version),
                "{package}"
            );
        }
        assert_eq!(
            Some(&template.image()),
            pins().image.get(template.name),
            "{}",
            template.name
        );
        assert!(template.environment().len() <= 3);
    }
    let nushell = named("nushell").unwrap().devcontainer;
    assert!(nushell.contains(&format!("nushell@{}", pins().version("nushell").unwrap())));
    let names = all().iter().map(|template| template.name);
    assert!(names.eq(pins().image.keys()), "an image without a template");
}

#[test]
fn commands_of_parts_have_their_pins() {
    for template in all() {
        for part in &template.parts {
            let command = part.container.as_deref().unwrap_or_default();
            assert!(
                !command.contains("{{") && !command.contains("latest"),
                "{command}"
            );
        }
    }
    let tests = named("rust").unwrap().part("tests").unwrap();
    let version = pins().version("cargo-nextest").unwrap();
    assert_eq!(
        tests.container.as_deref(),
        Some(format!("cargo install cargo-nextest --version {version} --locked").as_str())
    );
}

#[test]
fn devcontainers_name_an_image_and_no_other_file() {
    for template in all() {
        let parts: Vec<_> = template.parts.iter().collect();
        let files = template.files(&parts);
        let devcontainer = object(&files[1].1);
        assert!(devcontainer["image"].is_string());
        for key in ["build", "dockerFile", "dockerComposeFile", "features"] {
            assert!(
                !devcontainer.contains_key(key),
                "{}: `{key}`",
                template.name
            );
        }
        let path = devcontainer["remoteEnv"]["PATH"].as_str().unwrap();
        assert!(path.ends_with(":${containerEnv:PATH}"), "{path}");
        // The form with names is what parts are added to.
        let hooks = devcontainer.get("postCreateCommand").map(Value::is_object);
        assert_ne!(hooks, Some(false), "{}", template.name);
    }
}

#[test]
fn parts_come_on_top_of_what_a_template_brings_anyway() {
    let rust = named("rust").unwrap();
    let parts = [rust.part("tests").unwrap(), rust.part("spin").unwrap()];
    let files = rust.files(&parts);
    let plugin = object(&files[0].1);
    let spin = format!("fermyon-spin@{}", pins().devbox["fermyon-spin"]);
    let nextest = format!("cargo-nextest@{}", pins().devbox["cargo-nextest"]);
    let mut expected = rust.packages();
    expected.extend([nextest, spin]);
    assert_eq!(plugin["packages"], Value::from(expected));
    let devcontainer = object(&files[1].1);
    let hooks: Vec<_> = devcontainer["postCreateCommand"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(hooks, ["targets", "tests"]);
    assert_eq!(rust.files(&[])[0].1, rust.plugin);
    assert_eq!(rust.files(&[])[1].1, rust.devcontainer);
}
