use miette::Diagnostic;

use super::*;

#[test]
fn a_new_agent_has_these_files() {
    let paths = |language| {
        let files = files(language, "word-count").unwrap().into_iter();
        let paths: Vec<_> = files.map(|(path, _)| path.display().to_string()).collect();
        format!("{language}\n{}", paths.join("\n"))
    };
    let paths: Vec<_> = languages::names().into_iter().map(paths).collect();
    insta::assert_snapshot!(paths.join("\n\n"));
}

#[test]
fn the_name_is_written_into_the_template_and_no_placeholder_is_left() {
    let files = files("rust", "word-count").unwrap();
    let text = |path: &str| {
        let (_, contents) = files
            .iter()
            .find(|(file, _)| file == Path::new(path))
            .unwrap();
        String::from_utf8(contents.clone()).unwrap()
    };
    assert!(text("Cargo.toml").contains("name = \"word-count\""));
    assert!(text("agent.toml").contains("name = \"word-count\""));
    assert!(text("Cargo.lock").contains("name = \"word-count\""));
    let others = ["go", "python"].map(|language| super::files(language, "word-count").unwrap());
    for (path, contents) in files.iter().chain(others.iter().flatten()) {
        assert!(
            !String::from_utf8_lossy(contents).contains("{{name}}"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn an_agent_is_written_into_a_folder_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let written = create("rust", "a", folder.path()).unwrap();
    let expected: Vec<_> = files("rust", "a")
        .unwrap()
        .into_iter()
        .map(|(path, _)| folder.path().join("a").join(path))
        .collect();
    assert_eq!(written, expected);
    assert!(written.iter().all(|path| path.is_file()));
}

#[test]
fn a_file_that_is_there_is_never_overwritten_and_nothing_else_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("agent.toml"), "mine").unwrap();
    let error = create("rust", "a", folder.path()).unwrap_err();
    assert!(error.to_string().contains("a/agent.toml"), "{error}");
    assert_eq!(fs::read_to_string(root.join("agent.toml")).unwrap(), "mine");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 1);

    fs::rename(root.join("agent.toml"), root.join("notes.txt")).unwrap();
    create("rust", "a", folder.path()).unwrap();
    assert_eq!(fs::read_to_string(root.join("notes.txt")).unwrap(), "mine");
}

#[test]
fn an_agent_that_cannot_be_written_to_its_end_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a");
    fs::create_dir(&root).unwrap();
    // In the way of the folder `src`, late in the list.
    fs::write(root.join("src"), "mine").unwrap();
    let error = create("rust", "a", folder.path()).unwrap_err();
    assert!(matches!(error, ScaffoldError::Write { .. }), "{error:?}");
    assert_eq!(fs::read_to_string(root.join("src")).unwrap(), "mine");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
}

#[test]
fn a_language_or_name_that_cannot_be_is_an_error() {
    let long = "a".repeat(49);
    let cases = [
        ("rust", ""),
        ("rust", "Word"),
        ("rust", "a_b"),
        ("rust", "../a"),
        ("rust", "1a"),
        ("rust", "-a"),
        ("rust", "a-"),
        ("rust", "fn"),
        ("rust", "std"),
        ("rust", long.as_str()),
        ("rst", "a"),
        ("cobol", "a"),
    ];
    let report = cases.map(|(language, name)| {
        let error = files(language, name).unwrap_err();
        format!(
            "{error}\n  {} help: {}",
            error.code().unwrap(),
            error.help().unwrap()
        )
    });
    insta::assert_snapshot!(report.join("\n"));
}
