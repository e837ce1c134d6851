use super::facts::{of_extension, recognise};
use super::*;

#[test]
fn every_row_of_the_table_has_its_language() {
    for name in names() {
        assert_eq!(named(name).unwrap().facts().name(), name);
    }
}

#[test]
fn a_language_is_found_by_extension_and_marker() {
    assert_eq!(of_extension("rs").unwrap().name(), "rust");
    assert_eq!(of_extension("py").unwrap().name(), "python");
    assert_eq!(of_extension("mjs").unwrap().name(), "javascript");
    assert_eq!(of_extension("nu").unwrap().name(), "nushell");
    let folder = tempfile::tempdir().unwrap();
    let recognised = || recognise(folder.path()).map(|language| language.name());
    let write = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
    assert_eq!(recognised(), None);
    write("package.json");
    assert_eq!(recognised(), Some("javascript"));
    write("tsconfig.json");
    assert_eq!(recognised(), Some("typescript"));
    write("main.js");
    assert_eq!(recognised(), Some("javascript"));
    write("go.mod");
    assert_eq!(recognised(), Some("go"));
    write("Cargo.toml");
    assert_eq!(recognised(), Some("rust"));
}

#[test]
fn what_is_not_supported_is_said_with_what_is() {
    let say = |error: LanguageError| format!("{error}\n  help: {}", error.advice());
    let named = |name| facts::named(name);
    let report = [
        say(named("rsut").unwrap_err()),
        say(named("pyton").unwrap_err()),
        say(named("cobol").unwrap_err()),
        say(of_extension("txt").unwrap_err()),
    ];
    insta::assert_snapshot!(report.join("\n"));
}

#[test]
fn a_target_is_one_of_two() {
    assert_eq!("web".parse(), Ok(Target::Web));
    assert_eq!("component".parse(), Ok(Target::Component));
    assert!("wasm".parse::<Target>().is_err());
}

#[test]
fn the_project_of_a_file_is_the_nearest_folder_with_a_marker() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a/src/main.rs");
    std::fs::create_dir_all(source.parent().unwrap()).unwrap();
    let rust = &facts::RUST;
    assert_eq!(rust.project(&source), None);
    std::fs::write(folder.path().join("Cargo.toml"), "").unwrap();
    assert_eq!(rust.project(&source).as_deref(), Some(folder.path()));
    std::fs::write(folder.path().join("a/Cargo.toml"), "").unwrap();
    assert_eq!(rust.project(&source), Some(folder.path().join("a")));
}
