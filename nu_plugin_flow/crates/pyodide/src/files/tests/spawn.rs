use super::*;

/// Resident memory of this process in bytes.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = status.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_file_systems_share_their_base() {
    let folder = tempfile::tempdir().unwrap();
    let mut builder = TreeBuilder::python().unwrap();
    let library = Bytes::from(vec![7; 2_500_000]);
    builder.file("/lib/python314.zip", library).unwrap();
    for number in 0..500 {
        let path = format!("/lib/python3.14/site-packages/p{number}/__init__.py");
        builder.file(&path, Bytes::from_static(b"pass")).unwrap();
    }
    let base = builder.build();
    let mounts = vec![mount("/data", folder.path(), Access::ReadOnly)];
    let mounts = Arc::new(Mounts::new(mounts).unwrap());
    let before = resident();
    let started = std::time::Instant::now();
    let many: Vec<FileSystem> = (0..10_000)
        .map(|_| FileSystem::new(base.clone(), mounts.clone(), Settings::default()).unwrap())
        .collect();
    let each = (resident() - before) / many.len();
    let time = started.elapsed() / 10_000;
    assert!(each < 4096, "{each} bytes each");
    assert!(time.as_micros() < 500, "{time:?} each");
    assert_eq!(Arc::strong_count(&base), 10_001);
}

#[test]
fn a_file_system_can_go_to_another_thread() {
    fn is_send<T: Send + Sync>() {}
    is_send::<FileSystem>();
    is_send::<Tree>();
    is_send::<Mounts>();
}

#[test]
fn a_working_directory_is_made_or_refused() {
    let create = |path: &str| {
        let settings = Settings {
            working_directory: path.into(),
            ..Settings::default()
        };
        FileSystem::new(base(), Arc::default(), settings)
    };
    let files = create("/work/deep/./x/..").unwrap();
    assert_eq!(&*files.working_directory(), b"/work/deep");
    for path in ["work", "", "/lib/python314.zip", "/dev/null/x"] {
        let CreateError::WorkingDirectory { path: named, .. } = create(path).unwrap_err();
        assert_eq!(named, path);
    }
}
