//! Several processes that ask for one key at the same time make it once.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use flow_cache::{Bucket, Cache, Digest};

const ROOT: &str = "FLOW_CACHE_TEST_ROOT";

/// The test binary starts itself with this test's name and `$FLOW_CACHE_TEST_ROOT`.
#[test]
fn processes_that_ask_for_one_key_make_it_once() {
    if let Some(root) = std::env::var_os(ROOT) {
        let root = PathBuf::from(root);
        let make = |path: &std::path::Path| {
            fs::write(root.join(format!("made-by-{}", std::process::id())), "")?;
            thread::sleep(Duration::from_millis(100));
            fs::write(path, "content")
        };
        let cache = Cache::at(root.clone());
        let entry = cache
            .get_or_make(Bucket::Code, &Digest::of(b"key"), "bin", make)
            .unwrap();
        assert_eq!(fs::read_to_string(entry.path).unwrap(), "content");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<_> = (0..4)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "processes_that_ask_for_one_key_make_it_once"])
                .env(ROOT, folder.path())
                // Else their results stand among those of the tests, or in their middle.
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let made = fs::read_dir(folder.path()).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("made-by-")
    });
    assert_eq!(made.count(), 1);
}
