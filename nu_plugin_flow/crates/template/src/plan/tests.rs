use super::*;

fn create(path: &str, text: &str) -> Change {
    Change {
        template: None,
        path: path.to_owned(),
        before: None,
        after: Some(text.to_owned()),
    }
}

#[test]
fn a_file_that_cannot_be_written_takes_the_others_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken"), "mine").unwrap();
    let changes = vec![create("a/b", "1"), create("taken/c", "2")];
    let plan = Plan {
        root: folder.path().to_owned(),
        changes,
        lock: None,
    };
    let error = plan.apply().unwrap_err();
    assert!(matches!(error, TemplateError::Io { .. }), "{error:?}");
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["taken"]);
}

#[test]
fn a_file_that_somebody_wrote_meanwhile_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        root: folder.path().to_owned(),
        changes: vec![create("a", "1")],
        lock: None,
    };
    fs::write(folder.path().join("a"), "mine").unwrap();
    assert!(matches!(
        plan.apply().unwrap_err(),
        TemplateError::Race { .. }
    ));
    assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "mine");
}

#[test]
fn the_difference_reads_as_one_of_diff() {
    let change = Change {
        template: None,
        path: "devbox.json".to_owned(),
        before: Some("{\n  \"a\": 1\n}\n".to_owned()),
        after: Some("{\n  \"a\": 2\n}\n".to_owned()),
    };
    insta::assert_snapshot!(change.difference(), @r#"
    --- a/devbox.json
    +++ b/devbox.json
    @@ -1,3 +1,3 @@
     {
    -  "a": 1
    +  "a": 2
     }
    "#);
    assert!(
        create("a", "1\n")
            .difference()
            .starts_with("--- /dev/null\n+++ b/a\n")
    );
}

#[cfg(unix)]
#[test]
fn symlinks_inside_of_the_project_stay_and_those_out_of_it_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = folder.path();
    symlink(outside.path(), root.join("away")).unwrap();
    let plan = Plan {
        root: root.to_owned(),
        changes: vec![create("away/b/a", "1")],
        lock: None,
    };
    assert!(matches!(
        plan.apply().unwrap_err(),
        TemplateError::Outside { .. }
    ));
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);

    fs::write(root.join("real.json"), "1").unwrap();
    fs::set_permissions(root.join("real.json"), Permissions::from_mode(0o600)).unwrap();
    symlink("real.json", root.join("link.json")).unwrap();
    let change = Change {
        before: Some("1".to_owned()),
        ..create("link.json", "2")
    };
    Plan {
        root: root.to_owned(),
        changes: vec![change],
        lock: None,
    }
    .apply()
    .unwrap();
    assert!(root.join("link.json").is_symlink());
    assert_eq!(fs::read_to_string(root.join("real.json")).unwrap(), "2");
    let mode = fs::metadata(root.join("real.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
