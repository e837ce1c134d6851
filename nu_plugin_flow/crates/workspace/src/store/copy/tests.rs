use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::*;

static NEVER: AtomicBool = AtomicBool::new(false);

fn copied(from: &Path, store: &Path, call: &Call<'_>) -> Result<Vec<String>, WorkspaceError> {
    let origin = Origin::fetch(&from.display().to_string(), Path::new("/"), call)?;
    let to = tempfile::tempdir().unwrap();
    let digests = Copy::new(&origin, store, call).tree(to.path())?;
    Ok(digests.into_keys().collect())
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn flows_own_workspaces_and_what_tools_made_stay_where_they_are() {
    let home = tempfile::tempdir().unwrap();
    let store = home.path().join(".local/share/flow/workspaces");
    for path in [
        "docs/a",
        "rust/Cargo.toml",
        "rust/target/x",
        "docs/target/y",
        ".local/share/flow/workspaces/rust-1/source/main.rs",
    ] {
        write(home.path(), path, "");
    }
    let call = Call::new(&NEVER, None);
    let files = copied(home.path(), &store, &call).unwrap();
    assert_eq!(files, ["docs/a", "docs/target/y", "rust/Cargo.toml"]);
}

#[test]
fn a_submodule_keeps_its_repository_and_nothing_leads_to_one_elsewhere() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = folder.path();
    write(root, ".git/modules/sub/HEAD", "ref: refs/heads/main");
    write(root, ".git/worktrees/tree/HEAD", "ref: refs/heads/topic");
    write(root, "sub/.git", "gitdir: ../.git/modules/sub\n");
    write(
        root,
        "tree/.git",
        &format!("gitdir: {}\n", elsewhere.path().display()),
    );
    write(root, "out/.git", "gitdir: ../../nowhere\n");
    let origin = Origin::fetch(
        &root.display().to_string(),
        Path::new("/"),
        &Call::new(&NEVER, None),
    );
    let (origin, to) = (origin.unwrap(), tempfile::tempdir().unwrap());
    let call = Call::new(&NEVER, None);
    let store = root.join("no-store");
    Copy::new(&origin, &store, &call).tree(to.path()).unwrap();
    let is_there = |path: &str| to.path().join(path).exists();
    assert!(is_there(".git/modules/sub/HEAD") && is_there("sub/.git"));
    for gone in [".git/worktrees", "tree/.git", "out/.git"] {
        assert!(!is_there(gone), "{gone}");
    }
}

#[test]
fn copying_ends_when_the_user_gives_up_or_the_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a", "1");
    let store = folder.path().join("no-store");
    let cancelled = AtomicBool::new(true);
    let error = copied(folder.path(), &store, &Call::new(&cancelled, None)).unwrap_err();
    assert!(matches!(error, WorkspaceError::Cancelled), "{error:?}");
    let over = Call::new(&NEVER, Some(Duration::ZERO));
    let error = copied(folder.path(), &store, &over).unwrap_err();
    assert!(matches!(error, WorkspaceError::OutOfTime), "{error:?}");
}
