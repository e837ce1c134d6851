use super::*;
use crate::{languages, scaffold};

/// An agent whose SDK is one that an older flow wrote.
fn older() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    scaffold::create("rust", "agent", folder.path()).unwrap();
    let root = folder.path().join("agent");
    let sdk = root.join(FOLDER);
    fs::write(sdk.join("rust/src/lib.rs"), "// older").unwrap();
    fs::write(sdk.join("rust/src/gone.rs"), "// not in the new one").unwrap();
    let digest = digest(&mut read(&sdk, Path::new("")).unwrap());
    fs::write(sdk.join(DIGEST), digest.to_string()).unwrap();
    (folder, root)
}

fn refresh(root: &Path) -> Vec<TemplateFile> {
    refresh_sdk(languages::named("rust").unwrap(), root).unwrap();
    let mut files = read(&root.join(FOLDER), Path::new("")).unwrap();
    files.sort();
    files
}

#[test]
fn flows_own_older_sdk_is_replaced() {
    let (_folder, root) = older();
    let mut own = languages::named("rust").unwrap().sdk();
    own.sort();
    assert!(refresh(&root) == own);
    let digest = fs::read_to_string(root.join(FOLDER).join(DIGEST)).unwrap();
    assert_eq!(digest.trim(), super::digest(&mut own).to_string());
}

#[test]
fn an_sdk_that_somebody_changed_or_that_flow_did_not_write_is_left_alone() {
    let (_folder, root) = older();
    let changed = root.join(FOLDER).join("rust/src/lib.rs");
    fs::write(&changed, "// mine").unwrap();
    refresh(&root);
    assert_eq!(fs::read_to_string(&changed).unwrap(), "// mine");

    fs::remove_file(root.join(FOLDER).join(DIGEST)).unwrap();
    refresh(&root);
    assert_eq!(fs::read_to_string(&changed).unwrap(), "// mine");
    fs::remove_dir_all(root.join(FOLDER)).unwrap();
    refresh_sdk(languages::named("rust").unwrap(), &root).unwrap();
    assert!(!root.join(FOLDER).exists());
}
