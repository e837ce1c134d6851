use std::fs;

use tempfile::TempDir;

use super::*;
use crate::catalogue::named;
use crate::plan::Action;

const DEVBOX: &str = "{\n  // our tools\n  \"packages\": [\"jq@1\"], // pinned\n}\n";

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn wanted(names: &[&str]) -> Vec<Wanted> {
    let wanted = |name: &&str| {
        let (name, part) = name.split_once('+').unwrap_or((name, ""));
        let template = named(name).unwrap();
        Wanted {
            template,
            parts: template.part(part).into_iter().collect(),
        }
    };
    names.iter().map(wanted).collect()
}

fn add(folder: &TempDir, names: &[&str]) -> Result<Plan, TemplateError> {
    let mut plan = Project::open(folder.path())?.add(&wanted(names), false)?;
    plan.apply()?;
    plan.lock = None;
    Ok(plan)
}

fn remove(folder: &TempDir, names: &[&str]) -> Result<Plan, TemplateError> {
    let mut plan = Project::open(folder.path())?.remove(names, false)?;
    plan.apply()?;
    plan.lock = None;
    Ok(plan)
}

fn text(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap_or_default()
}

/// Every file with its text, by path.
fn everything(folder: &TempDir) -> BTreeMap<PathBuf, String> {
    fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.insert(path.clone(), "folder".to_owned());
                collect(&path, found);
            } else {
                found.insert(path.clone(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder.path(), &mut found);
    found
}

#[test]
fn what_is_added_is_taken_away_without_a_trace() {
    // In all of these, an editor of JSON alone would leave another layout behind.
    let files = [
        "{}",
        "{\n}\n",
        "{\"packages\":[\"jq\"]}",
        DEVBOX,
        "{\n  \"include\": [\"github:a/b\",],\n}",
    ];
    for devbox in files {
        for order in [["rust", "python"], ["python", "rust"]] {
            let folder = project(&[
                ("devbox.json", devbox),
                (".devcontainer/devcontainer.json", "{}"),
            ]);
            let before = everything(&folder);
            add(&folder, &["rust+tests"]).unwrap();
            add(&folder, &["python"]).unwrap();
            let included = includes(&text(&folder, "devbox.json")).unwrap();
            assert!(
                included.ends_with(&[plugin_entry("rust"), plugin_entry("python")]),
                "{included:?}"
            );
            for name in order {
                remove(&folder, &[name]).unwrap();
            }
            assert_eq!(everything(&folder), before, "{devbox}");
        }
    }
}

#[test]
fn a_project_without_files_gets_them_and_has_none_afterwards() {
    let folder = project(&[]);
    let plan = add(&folder, &["rust", "go"]).unwrap();
    assert!(
        plan.changes
            .iter()
            .all(|change| change.action() == Action::Create)
    );
    assert_eq!(
        includes(&text(&folder, "devbox.json")).unwrap(),
        [plugin_entry("rust"), plugin_entry("go")]
    );
    remove(&folder, &["go", "rust"]).unwrap();
    assert!(everything(&folder).is_empty());
}

#[test]
fn adding_again_changes_nothing_and_other_parts_change_its_files() {
    let folder = project(&[("devbox.json", DEVBOX)]);
    add(&folder, &["rust"]).unwrap();
    let again = add(&folder, &["rust"]).unwrap();
    assert!(
        again
            .changes
            .iter()
            .all(|change| change.action() == Action::Keep),
        "{again:?}"
    );
    let other = add(&folder, &["rust+spin"]).unwrap();
    let updated = other
        .changes
        .iter()
        .filter(|change| change.action() == Action::Update);
    let updated: Vec<_> = updated.map(|change| change.path.as_str()).collect();
    assert_eq!(updated, [".flow/devbox/rust/plugin.json", record::FILE]);
    assert!(text(&folder, ".flow/devbox/rust/plugin.json").contains("fermyon-spin@"));
    let project = Project::open(folder.path()).unwrap();
    assert_eq!(
        project.added().next(),
        Some(("rust", &["spin".to_owned()][..]))
    );
}

#[test]
fn changes_of_the_user_to_devbox_json_stay() {
    let folder = project(&[("devbox.json", DEVBOX)]);
    add(&folder, &["rust", "go"]).unwrap();
    let edited = text(&folder, "devbox.json").replace("jq@1", "jq@2");
    fs::write(folder.path().join("devbox.json"), edited).unwrap();
    remove(&folder, &["rust"]).unwrap();
    let rest = text(&folder, "devbox.json");
    assert!(
        rest.contains("jq@2") && rest.contains("// our tools") && rest.contains("// pinned"),
        "{rest}"
    );
    assert_eq!(includes(&rest).unwrap(), [plugin_entry("go")]);
    remove(&folder, &["go"]).unwrap();
    assert_eq!(text(&folder, "devbox.json"), DEVBOX.replace("jq@1", "jq@2"));
    assert!(!folder.path().join(".flow").exists());
}

#[test]
fn an_include_that_was_there_already_stays_when_the_template_goes() {
    let devbox = "{\"include\": [\"path:./.flow/devbox/rust/\"]}";
    let folder = project(&[("devbox.json", devbox)]);
    add(&folder, &["rust"]).unwrap();
    assert_eq!(text(&folder, "devbox.json"), devbox);
    remove(&folder, &["rust"]).unwrap();
    assert_eq!(text(&folder, "devbox.json"), devbox);
}

#[test]
fn a_file_of_somebody_else_in_the_way_is_an_error_and_nothing_is_written() {
    for path in [
        ".devcontainer/flow-rust/devcontainer.json",
        ".flow/devbox/rust/plugin.json",
    ] {
        let folder = project(&[(path, "{}"), ("devbox.json", DEVBOX)]);
        let before = everything(&folder);
        let error = add(&folder, &["python", "rust"]).unwrap_err();
        assert!(
            matches!(&error, TemplateError::Clash { path: clash } if clash == path),
            "{error:?}"
        );
        assert_eq!(everything(&folder), before);
    }
}

#[test]
fn what_was_changed_is_kept_unless_forced() {
    let folder = project(&[("devbox.json", DEVBOX)]);
    add(&folder, &["rust", "go"]).unwrap();
    let plugin = folder.path().join(".flow/devbox/rust/plugin.json");
    fs::write(&plugin, "{}").unwrap();
    let before = everything(&folder);
    for error in [
        remove(&folder, &["go", "rust"]).unwrap_err(),
        add(&folder, &["rust+spin"]).unwrap_err(),
    ] {
        assert!(
            matches!(&error, TemplateError::Modified { paths } if paths.len() == 1),
            "{error:?}"
        );
    }
    assert_eq!(everything(&folder), before);
    let plan = Project::open(folder.path())
        .unwrap()
        .remove(&["rust"], true)
        .unwrap();
    plan.apply().unwrap();
    assert!(!plugin.exists());
}

#[test]
fn a_devbox_json_that_cannot_be_read_stops_everything() {
    let folder = project(&[("devbox.json", "{\"packages\": [}")]);
    let before = everything(&folder);
    let error = add(&folder, &["rust"]).unwrap_err();
    assert!(matches!(error, TemplateError::Devbox { .. }), "{error:?}");
    assert_eq!(everything(&folder), before);
}

#[test]
fn a_template_that_is_not_there_cannot_be_taken_away() {
    let error = remove(&project(&[]), &["rust"]).unwrap_err();
    assert!(matches!(error, TemplateError::Absent { .. }), "{error:?}");
}

#[test]
fn a_record_that_names_foreign_files_or_another_schema_is_refused() {
    let entry = |path: &str| {
        format!(
            "{{\"schema\":1,\"devbox\":null,\"templates\":[{{\"name\":\"rust\",\"parts\":[],\"included\":true,\"files\":{{\"{path}\":\"\"}}}}]}}"
        )
    };
    let texts = [
        entry("src/main.rs"),
        entry(".flow/devbox/../../src/main.rs"),
        entry("/etc/passwd"),
        "{\"schema\":2}".to_owned(),
        "nonsense".to_owned(),
    ];
    for text in texts {
        let folder = project(&[(record::FILE, &text), ("src/main.rs", "")]);
        let error = remove(&folder, &["rust"]).unwrap_err();
        assert!(
            matches!(error, TemplateError::Record { .. }),
            "{text}: {error:?}"
        );
        assert!(folder.path().join("src/main.rs").exists());
    }
}

#[test]
fn flows_that_add_at_once_lose_nothing_of_one_another() {
    for _ in 0..8 {
        let folder = project(&[("devbox.json", DEVBOX)]);
        std::thread::scope(|scope| {
            for name in ["rust", "python", "go"] {
                let folder = &folder;
                scope.spawn(move || add(folder, &[name]).unwrap());
            }
        });
        let added = Project::open(folder.path()).unwrap();
        let mut added: Vec<_> = added.added().map(|(name, _)| name).collect();
        added.sort_unstable();
        assert_eq!(added, ["go", "python", "rust"]);
        let text = fs::read_to_string(folder.path().join("devbox.json")).unwrap();
        for name in added {
            assert!(text.contains(&format!(".flow/devbox/{name}")), "{text}");
        }
    }
}
