use super::*;

#[test]
fn files_are_written_read_and_cut() {
    let mut files = in_memory();
    files.write_path("/tmp/a", "hello").unwrap();
    assert_eq!(files.read_path("/tmp/a").unwrap(), b"hello");
    files.truncate(b"/tmp/a", 2).unwrap();
    assert_eq!(files.read_path("/tmp/a").unwrap(), b"he");
    files.truncate(b"/tmp/a", 4).unwrap();
    assert_eq!(files.read_path("/tmp/a").unwrap(), b"he\0\0");
    assert_eq!(files.truncate(b"/tmp/a", -1), Err(Errno::Inval));
    assert_eq!(files.truncate(b"/tmp", 0), Err(Errno::Isdir));
    let descriptor = files.opened("/tmp/a", O_RDWR | O_APPEND).unwrap();
    files.seek(descriptor, 0, 0).unwrap();
    files.write(descriptor, b"!").unwrap();
    assert_eq!(files.seek(descriptor, 0, 1), Ok(5));
    assert_eq!(files.content(descriptor).unwrap(), Some(&b"he\0\0!"[..]));
}

#[test]
fn the_standard_library_is_there_and_cannot_be_changed() {
    let mut files = in_memory();
    let path = "/lib/python314.zip";
    assert_eq!(files.read_path(path).unwrap(), b"PK zipped");
    assert_eq!(files.opened(path, O_RDWR), Err(Errno::Rofs));
    assert_eq!(files.remove_path(path), Err(Errno::Rofs));
    assert_eq!(files.truncate(path.as_bytes(), 0), Err(Errno::Rofs));
    let folder = "/lib/python3.14/site-packages/x";
    assert_eq!(files.make_directory(folder), Err(Errno::Rofs));
    assert_eq!(files.stat(b"/lib/python314.zip/x"), Err(Errno::Notdir));
}

#[test]
fn offsets_have_limits() {
    let mut files = in_memory();
    let descriptor = files.opened("/tmp/a", O_RDWR | O_CREAT).unwrap();
    assert_eq!(files.seek(descriptor, i64::MAX, 0), Ok(i64::MAX as u64));
    assert_eq!(files.seek(descriptor, 1, 1), Err(Errno::Overflow));
    assert_eq!(files.read(descriptor, &mut [0; 4]), Ok(0));
    assert_eq!(files.write(descriptor, b"x"), Err(Errno::Nospc));
    assert_eq!(files.seek(descriptor, -1, 0), Err(Errno::Inval));
    assert_eq!(files.seek(descriptor, 0, 9), Err(Errno::Inval));
    assert_eq!(files.pread(descriptor, &mut [0; 4], -1), Err(Errno::Inval));
    assert_eq!(files.pwrite(descriptor, b"abc", 2), Ok(3));
    assert_eq!(files.pread(descriptor, &mut [0; 9], 1), Ok(4));
    assert_eq!(files.seek(descriptor, -2, 2), Ok(3));
    assert_eq!(files.ftruncate(descriptor, i64::MAX), Err(Errno::Nospc));
    assert_eq!(files.fallocate(descriptor, 0, 4, 4), Ok(()));
    assert_eq!(files.metadata(descriptor).unwrap().size, 8);
    assert_eq!(files.fallocate(descriptor, 1, 0, 1), Err(Errno::Notsup));
    assert_eq!(
        files.fallocate(descriptor, 0, i64::MAX, 1),
        Err(Errno::Fbig)
    );
}

#[test]
fn links_are_followed_and_loops_end() {
    let mut files = in_memory();
    files.make_directory("/tmp/d").unwrap();
    files.write_path("/tmp/d/f", "f").unwrap();
    files.link("d", "/tmp/relative").unwrap();
    files.link("/tmp/d/f", "/tmp/absolute").unwrap();
    files.link("loop2", "/tmp/loop1").unwrap();
    files.link("loop1", "/tmp/loop2").unwrap();
    files.link("new", "/tmp/dangling").unwrap();
    assert_eq!(files.read_path("/tmp/relative/f").unwrap(), b"f");
    assert_eq!(files.read_path("/tmp/relative/../d/./f").unwrap(), b"f");
    assert_eq!(files.read_path("/tmp/absolute").unwrap(), b"f");
    assert_eq!(files.read_path("/tmp/loop1"), Err(Errno::Loop));
    assert_eq!(files.lstat(b"/tmp/absolute").unwrap().kind, Kind::Symlink);
    assert_eq!(
        files.lstat(b"/tmp/relative/").unwrap().kind,
        Kind::Directory
    );
    assert_eq!(files.stat(b"/tmp/absolute/"), Err(Errno::Notdir));
    let nofollow = files.opened("/tmp/absolute", O_RDONLY | O_NOFOLLOW);
    assert_eq!(nofollow, Err(Errno::Loop));
    assert_eq!(files.readlink(AT_FDCWD, b"/tmp/relative").unwrap(), b"d");
    assert_eq!(files.readlink(AT_FDCWD, b"/tmp/d"), Err(Errno::Inval));
    let exclusive = O_WRONLY | O_CREAT | O_EXCL;
    assert_eq!(files.opened("/tmp/dangling", exclusive), Err(Errno::Exist));
    files.write_path("/tmp/dangling", "through").unwrap();
    assert_eq!(files.read_path("/tmp/new").unwrap(), b"through");
}

#[test]
fn paths_have_limits() {
    let mut files = in_memory();
    let name = "n".repeat(255);
    files.write_path(&format!("/tmp/{name}"), "").unwrap();
    let long = format!("/tmp/{name}n");
    assert_eq!(files.write_path(&long, ""), Err(Errno::Nametoolong));
    let path = format!("/tmp{}", "/.".repeat(3000));
    assert_eq!(files.stat(path.as_bytes()), Err(Errno::Nametoolong));
    assert_eq!(files.stat(b""), Err(Errno::Noent));
    assert_eq!(files.stat(b"/tmp/\0x"), Err(Errno::Inval));
    let mut depth = 0;
    files.chdir(b"/tmp").unwrap();
    while files.make_directory(&name).is_ok() {
        files.chdir(name.as_bytes()).unwrap();
        depth += 1;
    }
    assert!(depth < 20, "{depth}");
}

#[test]
fn directories_are_made_and_removed() {
    let mut files = in_memory();
    files.make_directory("/tmp/a").unwrap();
    files.make_directory("/tmp/a/b/").unwrap();
    assert_eq!(files.make_directory("/tmp/a"), Err(Errno::Exist));
    assert_eq!(files.make_directory("/tmp/x/y"), Err(Errno::Noent));
    assert_eq!(files.remove_directory("/tmp/a"), Err(Errno::Notempty));
    assert_eq!(files.remove_directory("/tmp/a/."), Err(Errno::Inval));
    assert_eq!(files.remove_directory("/tmp/a/b/.."), Err(Errno::Notempty));
    assert_eq!(files.remove_path("/tmp/a"), Err(Errno::Isdir));
    files.chdir(b"/tmp/a/b").unwrap();
    assert_eq!(files.remove_directory("/tmp/a/b"), Err(Errno::Busy));
    files.chdir(b"..").unwrap();
    assert_eq!(&*files.working_directory(), b"/tmp/a");
    files.remove_directory("b").unwrap();
    files.chdir(b"/").unwrap();
    files.remove_directory("/tmp/a").unwrap();
    assert_eq!(files.remove_directory("/"), Err(Errno::Busy));
    assert_eq!(files.remove_directory("/tmp"), Err(Errno::Busy));
    assert_eq!(files.chdir(b"/dev/null"), Err(Errno::Notdir));
    assert_eq!(&*files.working_directory(), b"/");
    assert_eq!(files.names(".").unwrap(), ["dev", "home", "lib", "tmp"]);
}

#[test]
fn renaming_replaces_and_takes_the_working_directory_along() {
    let mut files = in_memory();
    files.write_path("/tmp/f", "f").unwrap();
    files.write_path("/tmp/g", "g").unwrap();
    files.make_directory("/tmp/d").unwrap();
    files.make_directory("/tmp/e").unwrap();
    files.moved("/tmp/f", "/tmp/g").unwrap();
    assert_eq!(files.read_path("/tmp/g").unwrap(), b"f");
    assert_eq!(files.moved("/tmp/f", "/tmp/x"), Err(Errno::Noent));
    assert_eq!(files.moved("/tmp/g", "/tmp/d"), Err(Errno::Isdir));
    assert_eq!(files.moved("/tmp/d", "/tmp/g"), Err(Errno::Notdir));
    assert_eq!(files.moved("/tmp/d", "/tmp/d/x"), Err(Errno::Inval));
    assert_eq!(files.moved("/tmp/g/", "/tmp/x"), Err(Errno::Notdir));
    files.moved("/tmp/g", "/tmp/d/g").unwrap();
    assert_eq!(files.moved("/tmp/e", "/tmp/d"), Err(Errno::Notempty));
    files.chdir(b"/tmp/d").unwrap();
    let folder = files.opened(".", O_RDONLY).unwrap();
    files.moved("/tmp/d", "/tmp/e").unwrap();
    assert_eq!(&*files.working_directory(), b"/tmp/e");
    assert_eq!(files.read_path("g").unwrap(), b"f");
    assert!(files.metadata_at(folder, b"g", 0).is_ok());
    assert_eq!(files.moved("/tmp", "/tmp2"), Err(Errno::Busy));
}

#[test]
fn what_is_open_outlives_its_name() {
    let mut files = in_memory();
    let before = files.used();
    files.write_path("/tmp/f", "kept").unwrap();
    let descriptor = files.opened("/tmp/f", O_RDWR).unwrap();
    files.remove_path("/tmp/f").unwrap();
    assert_eq!(files.metadata(descriptor).unwrap().links, 0);
    assert_eq!(files.read_all(descriptor).unwrap(), b"kept");
    files.write(descriptor, &[1; 5000]).unwrap();
    assert!(files.used() > before + 5000);
    files.close(descriptor).unwrap();
    // What stays is the private copy of the directory `/tmp`.
    assert!(files.used() < before + 1000);
}

#[test]
fn permission_bits_and_times_are_kept() {
    let mut files = in_memory();
    files.umask(0o027);
    let descriptor = files.open(AT_FDCWD, b"/tmp/f", O_CREAT | O_RDWR, 0o777);
    let descriptor = descriptor.unwrap();
    assert_eq!(files.metadata(descriptor).unwrap().mode, 0o100_750);
    files.fchmod(descriptor, 0o444).unwrap();
    assert_eq!(files.opened("/tmp/f", O_WRONLY), Err(Errno::Acces));
    assert_eq!(files.access(AT_FDCWD, b"/tmp/f", 2, 0), Err(Errno::Acces));
    assert_eq!(files.access(AT_FDCWD, b"/tmp/f", 4, 0), Ok(()));
    assert_eq!(files.access(AT_FDCWD, b"/tmp/f", 8, 0), Err(Errno::Inval));
    files.chmod(AT_FDCWD, b"/tmp/f", 0o200, 0).unwrap();
    assert_eq!(files.opened("/tmp/f", O_RDONLY), Err(Errno::Acces));
    files.chown(AT_FDCWD, b"/tmp/f", 0).unwrap();
    let at = TimeChange::from_timespec(-5, 7).unwrap();
    files
        .set_times(AT_FDCWD, b"/tmp/f", TimeChange::Keep, at, 0)
        .unwrap();
    let metadata = files.stat(b"/tmp/f").unwrap();
    assert_eq!(
        (metadata.modified.seconds, metadata.modified.nanoseconds),
        (-5, 7)
    );
    files
        .set_times(descriptor, b"", TimeChange::Now, TimeChange::Now, 0)
        .unwrap();
    assert!(files.stat(b"/tmp/f").unwrap().modified.seconds > 0);
    assert_eq!(TimeChange::from_timespec(0, -1), Err(Errno::Inval));
    files.make_directory("/tmp/d").unwrap();
    files.chmod(AT_FDCWD, b"/tmp/d", 0o555, 0).unwrap();
    assert_eq!(files.write_path("/tmp/d/x", ""), Err(Errno::Acces));
}

#[test]
fn devices_do_what_they_should() {
    let mut files = in_memory();
    let null = files.opened("/dev/null", O_RDWR).unwrap();
    assert_eq!(files.write(null, b"gone"), Ok(4));
    assert_eq!(files.read(null, &mut [1; 4]), Ok(0));
    let random = files.opened("/dev/urandom", O_RDONLY).unwrap();
    let mut bytes = [0; 64];
    assert_eq!(files.read(random, &mut bytes), Ok(64));
    assert_ne!(bytes, [0; 64]);
    let stdout = files.opened("/dev/stdout", O_WRONLY).unwrap();
    assert_eq!(files.descriptor(stdout), Ok(Descriptor::Stdout));
    assert_eq!(files.stream(stdout), Ok(Some(Stream::Stdout)));
    assert_eq!(files.metadata(null).unwrap().kind, Kind::CharacterDevice);
    assert_eq!(files.stat(b"/dev/tty"), Err(Errno::Noent));
    assert_eq!(
        files.mknod(AT_FDCWD, b"/tmp/p", 0o010_644),
        Err(Errno::Perm)
    );
    files.mknod(AT_FDCWD, b"/tmp/f", 0o100_644).unwrap();
    assert_eq!(files.stat(b"/tmp/f").unwrap().size, 0);
}

#[test]
fn a_listing_stays_as_it_was_at_the_first_read() {
    let mut files = in_memory();
    for name in ["a", "b", "c"] {
        files.write_path(&format!("/tmp/{name}"), "").unwrap();
    }
    let folder = files.opened("/tmp", O_RDONLY).unwrap();
    let some = files.read_directory(folder, 3).unwrap();
    assert_eq!((some.first, some.entries.len()), (0, 3));
    assert_eq!(some.entries[0].kind, Kind::Directory);
    files.remove_path("/tmp/b").unwrap();
    let rest = files.read_directory(folder, 100).unwrap();
    assert_eq!((rest.first, rest.entries.len()), (3, 2));
    assert!(
        files
            .read_directory(folder, 100)
            .unwrap()
            .entries
            .is_empty()
    );
    files.seek(folder, 4, 0).unwrap();
    assert_eq!(
        files.read_directory(folder, 9).unwrap().entries[0].name,
        b"c"
    );
    files.seek(folder, 0, 0).unwrap();
    assert_eq!(files.read_directory(folder, 9).unwrap().entries.len(), 4);
    assert_eq!(files.read(folder, &mut [0]), Err(Errno::Isdir));
    files.close(folder).unwrap();
    assert_eq!(files.listed, 0);
}

#[test]
fn the_byte_limit_holds_for_contents_names_and_nodes() {
    let settings = Settings {
        limit: 20_000,
        ..Settings::default()
    };
    let mut files = with(Vec::new(), settings);
    assert_eq!(
        files.write_path("/tmp/big", &"x".repeat(30_000)),
        Err(Errno::Nospc)
    );
    let mut count = 0;
    while files.write_path(&format!("/tmp/{count}"), "").is_ok() {
        count += 1;
        assert!(count < 100);
    }
    assert_eq!(files.make_directory("/tmp/more"), Err(Errno::Nospc));
    assert_eq!(files.link("x", "/tmp/more"), Err(Errno::Nospc));
    files.moved("/tmp/0", "/tmp/z").unwrap();
    files.remove_path("/tmp/1").unwrap();
    files.write_path("/tmp/1", "").unwrap();
    assert!(files.space(b"/tmp").unwrap().free < 5);
}

#[test]
fn the_caller_puts_files_anywhere_in_memory() {
    let mut files = in_memory();
    files
        .put(b"/agent/main.py", Bytes::from_static(b"1"))
        .unwrap();
    files
        .put(b"/agent/main.py", Bytes::from_static(b"22"))
        .unwrap();
    assert_eq!(files.read_path("/agent/main.py").unwrap(), b"22");
    assert_eq!(files.opened("/agent/main.py", O_RDWR), Err(Errno::Acces));
    assert_eq!(files.put(b"/tmp", Bytes::new()), Err(Errno::Isdir));
    assert_eq!(files.put(b"/dev/null/x", Bytes::new()), Err(Errno::Notdir));
}
