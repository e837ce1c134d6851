use std::{
    convert::Infallible,
    fs::File,
    os::unix::fs::PermissionsExt,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use super::*;

fn cache() -> (tempfile::TempDir, Cache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path().join("cache"));
    (folder, cache)
}

fn make(cache: &Cache, key: &Digest, content: &str) -> Entry {
    cache
        .get_or_make(Bucket::Code, key, "bin", |path| fs::write(path, content))
        .unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(cache: &Cache) -> Vec<String> {
    let entries = fs::read_dir(cache.root().join("code-v1")).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_entry_is_made_once_and_found_again() {
    let (_folder, cache) = cache();
    let key = Digest::of(b"key");
    assert_eq!(cache.get(Bucket::Code, &key, "bin").unwrap(), None);
    let made = make(&cache, &key, "content");
    assert_eq!(
        (made.cached, made.size, made.digest),
        (false, 7, Digest::of(b"content"))
    );
    let found = make(&cache, &key, "never written");
    assert_eq!(
        found,
        Entry {
            cached: true,
            ..made.clone()
        }
    );
    assert_eq!(cache.get(Bucket::Code, &key, "bin").unwrap(), Some(found));
    assert_eq!(cache.get(Bucket::Artifacts, &key, "bin").unwrap(), None);
    assert_eq!(cache.get(Bucket::Code, &key, "wasm").unwrap(), None);
    assert_eq!(fs::read_to_string(made.path).unwrap(), "content");
}

#[test]
fn everything_is_private_to_the_user() {
    let (_folder, cache) = cache();
    let entry = cache
        .get_or_make(Bucket::Code, &Digest::of(b"key"), "bin", |path| {
            fs::write(path, "content")?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o777))
        })
        .unwrap();
    let bucket = entry.path.parent().unwrap();
    assert_eq!((mode(cache.root()), mode(bucket)), (0o700, 0o700));
    for name in names(&cache) {
        assert_eq!(mode(&bucket.join(&name)), 0o600, "{name}");
    }
    fs::set_permissions(bucket, fs::Permissions::from_mode(0o755)).unwrap();
    make(&cache, &Digest::of(b"key"), "content");
    assert_eq!(mode(bucket), 0o700);
}

#[test]
fn content_that_was_changed_without_changing_its_size_is_made_anew() {
    let (_folder, cache) = cache();
    let key = Digest::of(b"key");
    let entry = make(&cache, &key, "content");
    fs::write(&entry.path, "CONTENT").unwrap();
    let again = make(&cache, &key, "content");
    assert!(!again.cached);
    assert_eq!(fs::read_to_string(&again.path).unwrap(), "content");

    fs::write(&entry.path, "CONTENT").unwrap();
    assert_eq!(cache.get(Bucket::Code, &key, "bin").unwrap(), None);
    assert!(!entry.path.exists());
}

#[test]
fn a_truncated_entry_a_torn_record_and_a_planted_symlink_are_made_anew() {
    let (folder, cache) = cache();
    let key = Digest::of(b"key");
    let entry = make(&cache, &key, "content");
    let record = entry.path.with_extension("bin.json");
    let damage: [&dyn Fn(); 5] = [
        &|| fs::write(&entry.path, "con").unwrap(),
        &|| fs::remove_file(&entry.path).unwrap(),
        &|| fs::write(&record, "{\"digest\":").unwrap(),
        &|| fs::remove_file(&record).unwrap(),
        &|| {
            let target = folder.path().join("target");
            fs::rename(&entry.path, &target).unwrap();
            std::os::unix::fs::symlink(target, &entry.path).unwrap();
        },
    ];
    for (index, damage) in damage.iter().enumerate() {
        damage();
        assert!(!make(&cache, &key, "content").cached, "damage {index}");
        assert!(make(&cache, &key, "content").cached, "damage {index}");
    }
}

#[test]
fn an_entry_that_was_only_touched_is_kept() {
    let (_folder, cache) = cache();
    let key = Digest::of(b"key");
    let entry = make(&cache, &key, "content");
    File::options()
        .write(true)
        .open(&entry.path)
        .unwrap()
        .set_modified(SystemTime::UNIX_EPOCH)
        .unwrap();
    assert!(make(&cache, &key, "never written").cached);
    assert!(cache.get(Bucket::Code, &key, "bin").unwrap().is_some());
}

#[test]
fn threads_that_ask_for_one_key_make_it_once() {
    let (_folder, cache) = cache();
    let (key, made, start) = (Digest::of(b"key"), AtomicU64::new(0), Barrier::new(8));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let entry = cache
                    .get_or_make(Bucket::Code, &key, "bin", |path| {
                        made.fetch_add(1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(20));
                        fs::write(path, "content")
                    })
                    .unwrap();
                assert_eq!(fs::read_to_string(entry.path).unwrap(), "content");
            });
        }
    });
    assert_eq!(made.into_inner(), 1);
}

#[test]
fn making_one_key_does_not_wait_for_another() {
    let (_folder, cache) = cache();
    let outer = cache.get_or_make(Bucket::Code, &Digest::of(b"outer"), "bin", |path| {
        make(&cache, &Digest::of(b"inner"), "inner");
        fs::write(path, "outer")
    });
    assert!(outer.is_ok());
}

#[test]
fn a_maker_that_fails_or_panics_leaves_nothing() {
    let (_folder, cache) = cache();
    let key = Digest::of(b"key");
    let half = |path: &Path| fs::write(path, "half").unwrap();
    let error = cache.get_or_make(Bucket::Code, &key, "bin", |path| {
        half(path);
        Err("no")
    });
    assert!(matches!(error, Err(MakeError::Make("no"))));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        cache.get_or_make(
            Bucket::Code,
            &key,
            "bin",
            |path| -> Result<(), Infallible> {
                half(path);
                panic!("interrupted")
            },
        )
    }));
    assert!(panicked.is_err());
    assert_eq!(names(&cache), [format!("{}.lock", key.to_hex())]);
    assert!(!make(&cache, &key, "content").cached);
}

#[test]
fn a_maker_that_writes_nothing_is_an_error() {
    let (_folder, cache) = cache();
    let result = cache.get_or_make(Bucket::Code, &Digest::of(b"key"), "bin", |_| {
        Ok::<_, Infallible>(())
    });
    assert!(
        matches!(
            result,
            Err(MakeError::Cache(CacheError::NothingMade { .. }))
        ),
        "{result:?}"
    );
}

#[test]
fn what_a_killed_process_left_is_swept_after_a_day() {
    let (_folder, cache) = cache();
    make(&cache, &Digest::of(b"one"), "content");
    let bucket = cache.root().join("code-v1");
    let staging = |name: &str, hours: u64| {
        let file = File::create(bucket.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(hours * 60 * 60))
            .unwrap();
    };
    staging("old.1-0.staging", 25);
    staging("young.1-1.staging", 23);
    staging("old.bin", 25);
    make(&cache, &Digest::of(b"two"), "content");
    let exists = |name: &str| bucket.join(name).exists();
    assert_eq!(
        (
            exists("old.1-0.staging"),
            exists("young.1-1.staging"),
            exists("old.bin")
        ),
        (false, true, true)
    );
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    // A file in the way fails for root too, whom modes do not stop.
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "").unwrap();
    let cache = Cache::at(blocked.join("cache"));
    let error = cache
        .get_or_make(Bucket::Code, &Digest::of(b"key"), "bin", |path| {
            fs::write(path, "")
        })
        .unwrap_err();
    let MakeError::Cache(error @ CacheError::Unwritable { .. }) = error else {
        panic!("{error:?}")
    };
    assert!(
        error.to_string().contains("blocked/cache/code-v1"),
        "{error}"
    );
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(help.contains("$FLOW_CACHE_DIR"), "{help}");
}

#[test]
fn a_folder_that_belongs_to_somebody_else_is_refused() {
    let (_folder, cache) = cache();
    let bucket = cache.root().join("code-v1");
    fs::create_dir_all(&bucket).unwrap();
    if std::os::unix::fs::chown(&bucket, Some(65_534), None).is_err() {
        // Only root can give a folder away; other users are in the same place
        // with one that is root's.
        fs::remove_dir(&bucket).unwrap();
        std::os::unix::fs::symlink("/usr", &bucket).unwrap();
    }
    let error = cache
        .get(Bucket::Code, &Digest::of(b"key"), "bin")
        .unwrap_err();
    assert!(matches!(error, CacheError::NotPrivate { .. }), "{error:?}");
}

#[test]
fn a_removed_entry_is_made_anew() {
    let (_folder, cache) = cache();
    let key = Digest::of(b"key");
    cache.remove(Bucket::Code, &key, "bin").unwrap();
    let entry = make(&cache, &key, "content");
    cache.remove(Bucket::Code, &key, "bin").unwrap();
    assert!(!entry.path.exists());
    assert!(!make(&cache, &key, "content").cached);
}

#[test]
fn a_scratch_folder_is_private_and_keeps_what_is_in_it() {
    let (_folder, cache) = cache();
    let folder = cache.folder(Bucket::Scratch, "rust").unwrap();
    fs::write(folder.join("file"), "").unwrap();
    assert_eq!(cache.folder(Bucket::Scratch, "rust").unwrap(), folder);
    assert_eq!((mode(&folder), folder.join("file").exists()), (0o700, true));
}
