use std::fs;

use super::*;

#[test]
fn a_mount_for_writing_changes_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let host = folder.path();
    let mut files = with_data(host, Access::ReadWrite);
    files.make_directory("/data/d").unwrap();
    files.write_path("/data/d/f", "hello").unwrap();
    assert_eq!(fs::read(host.join("d/f")).unwrap(), b"hello");
    files.link("d/f", "/data/l").unwrap();
    assert_eq!(files.read_path("/data/l").unwrap(), b"hello");
    assert_eq!(files.readlink(AT_FDCWD, b"/data/l").unwrap(), b"d/f");
    files.moved("/data/d/f", "/data/g").unwrap();
    assert_eq!(files.read_path("/data/l"), Err(Errno::Noent));
    assert_eq!(files.remove_directory("/data/d"), Ok(()));
    files.truncate(b"/data/g", 2).unwrap();
    assert_eq!(fs::read(host.join("g")).unwrap(), b"he");
    let mut names = files.names("/data").unwrap();
    names.sort();
    assert_eq!(names, ["g", "l"]);
    files.remove_path("/data/g").unwrap();
    files.remove_path("/data/l").unwrap();
    assert_eq!(fs::read_dir(host).unwrap().count(), 0);
    assert_eq!(files.remove_directory("/data"), Err(Errno::Busy));
    assert_eq!(files.moved("/data", "/tmp/x"), Err(Errno::Busy));
    assert_eq!(files.make_directory("/data"), Err(Errno::Exist));
    assert!(files.take_refusals().is_empty());
}

#[test]
fn a_file_of_the_host_is_read_written_and_sought() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = with_data(folder.path(), Access::ReadWrite);
    let flags = O_RDWR | O_CREAT | O_EXCL;
    let file = files.opened("/data/f", flags).unwrap();
    assert_eq!(files.opened("/data/f", flags), Err(Errno::Exist));
    files.write(file, b"abcdef").unwrap();
    assert_eq!(files.seek(file, -4, 2), Ok(2));
    let mut buffer = [0; 2];
    files.read(file, &mut buffer).unwrap();
    assert_eq!(&buffer, b"cd");
    files.pwrite(file, b"X", 0).unwrap();
    files.pread(file, &mut buffer, 0).unwrap();
    assert_eq!(&buffer, b"Xb");
    assert_eq!(files.seek(file, 0, 1), Ok(4));
    assert_eq!(files.pread(file, &mut buffer, i64::MAX), Err(Errno::Inval));
    files.ftruncate(file, 3).unwrap();
    files.fallocate(file, 0, 0, 10).unwrap();
    assert_eq!(files.metadata(file).unwrap().size, 10);
    files.fsync(file, false).unwrap();
    files.fsync(file, true).unwrap();
    let append = files.opened("/data/f", O_WRONLY | O_APPEND | O_TRUNC);
    let append = append.unwrap();
    assert_eq!(files.metadata(append).unwrap().size, 0);
    files.write(file, b"12").unwrap();
    files.write(append, b"34").unwrap();
    files.fcntl(append, F_SETFL, 0).unwrap();
    files.pwrite(append, b"9", 0).unwrap();
    assert_eq!(files.content(append), Ok(None));
    assert_eq!(files.seek(file, 0, 0), Ok(0));
    assert_eq!(files.read_all(file).unwrap(), b"9\0\0\x001234");
    let reading = files.opened("/data/new", O_RDONLY | O_CREAT).unwrap();
    assert_eq!(files.read(reading, &mut buffer), Ok(0));
}

#[test]
fn mounts_are_seen_in_the_directories_that_lead_to_them() {
    let one = tempfile::tempdir().unwrap();
    let two = tempfile::tempdir().unwrap();
    fs::write(one.path().join("in-one"), "1").unwrap();
    fs::write(two.path().join("in-two"), "2").unwrap();
    let mounts = vec![
        mount("/srv/x/one", one.path(), Access::ReadOnly),
        mount("/srv/x/one/deep/two", two.path(), Access::ReadWrite),
        mount("/tmp/two", two.path(), Access::ReadOnly),
        mount(
            "/lib/python3.14/site-packages",
            two.path(),
            Access::ReadOnly,
        ),
    ];
    let mut files = with(mounts, Settings::default());
    assert_eq!(files.names("/srv").unwrap(), ["x"]);
    assert_eq!(files.names("/srv/x").unwrap(), ["one"]);
    assert_eq!(files.names("/srv/x/one").unwrap(), ["deep", "in-one"]);
    assert_eq!(files.names("/srv/x/one/deep").unwrap(), ["two"]);
    assert_eq!(files.read_path("/srv/x/one/in-one").unwrap(), b"1");
    assert_eq!(files.read_path("/srv/x/one/deep/two/in-two").unwrap(), b"2");
    assert_eq!(
        files.read_path("/srv/x/one/deep/two/../../in-one").unwrap(),
        b"1"
    );
    files.write_path("/srv/x/one/deep/two/new", "n").unwrap();
    assert_eq!(files.read_path("/tmp/two/new").unwrap(), b"n");
    assert_eq!(files.write_path("/tmp/two/new", ""), Err(Errno::Rofs));
    files.write_path("/tmp/own", "").unwrap();
    assert_eq!(files.names("/tmp").unwrap(), ["two", "own"]);
    let packages = "/lib/python3.14/site-packages";
    assert!(
        files
            .names(packages)
            .unwrap()
            .contains(&"in-two".to_owned())
    );
    assert_eq!(
        files.names("/lib/python3.14").unwrap(),
        ["site-packages", "lib-dynload"]
    );
    assert_eq!(files.remove_directory("/srv/x"), Err(Errno::Busy));
    assert_eq!(files.write_path("/srv/y", ""), Err(Errno::Acces));
    let listed: Vec<_> = files.take_refusals();
    assert_eq!(listed.last().unwrap().path, "/srv/y");
    assert_eq!(files.stat(b"/srv/x/one/deep/none"), Err(Errno::Noent));
    assert!(files.stat(b"/srv/x").unwrap().inode > 1 << 32);
}

#[test]
fn names_are_moved_within_one_mount_only() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f"), "f").unwrap();
    let mounts = vec![
        mount("/a", folder.path(), Access::ReadWrite),
        mount("/b", folder.path(), Access::ReadWrite),
    ];
    let mut files = with(mounts, Settings::default());
    files.write_path("/tmp/m", "m").unwrap();
    assert_eq!(files.moved("/a/f", "/b/g"), Err(Errno::Xdev));
    assert_eq!(files.moved("/a/f", "/tmp/g"), Err(Errno::Xdev));
    assert_eq!(files.moved("/tmp/m", "/a/m"), Err(Errno::Xdev));
    assert_eq!(files.moved("/a/none", "/tmp/g"), Err(Errno::Noent));
    files.moved("/a/f", "/a/g").unwrap();
    assert_eq!(files.read_path("/b/g").unwrap(), b"f");
}

#[test]
fn the_working_directory_may_be_in_a_mount() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("d/e")).unwrap();
    let mut files = with_data(folder.path(), Access::ReadWrite);
    files.link("d/e", "/data/l").unwrap();
    files.chdir(b"/data/l").unwrap();
    assert_eq!(&*files.working_directory(), b"/data/d/e");
    files.write_path("f", "x").unwrap();
    assert!(folder.path().join("d/e/f").exists());
    files.write_path("../g", "x").unwrap();
    assert!(folder.path().join("d/g").exists());
    // Through a link, `..` is the directory above its target.
    assert!(files.stat(b"/data/l/../g").is_ok());
    let above = files.opened("/data/l/../", O_RDONLY).unwrap();
    assert_eq!(files.path(above).unwrap(), b"/data/d");
    files.moved("/data/d", "/data/m").unwrap();
    assert_eq!(files.path(above).unwrap(), b"/data/m");
    assert_eq!(&*files.working_directory(), b"/data/m/e");
    assert_eq!(files.read_path("f").unwrap(), b"x");
    files.remove_path("f").unwrap();
    assert_eq!(files.remove_directory("/data/m/e"), Err(Errno::Busy));
    files.chdir(b"/data").unwrap();
    files.chdir(b"..").unwrap();
    assert_eq!(&*files.working_directory(), b"/");
    assert_eq!(files.chdir(b"/data/m/g"), Err(Errno::Notdir));
    assert_eq!(files.chdir(b"/data/none"), Err(Errno::Noent));
}

#[cfg(unix)]
#[test]
fn permissions_of_the_host_change_by_the_owners_write_bit_only() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let mut files = with_data(folder.path(), Access::ReadWrite);
    let mode = || fs::metadata(&path).unwrap().mode() & 0o7777;
    files.chmod(AT_FDCWD, b"/data/f", 0o4777, 0).unwrap();
    assert_eq!(mode(), 0o640);
    files.chmod(AT_FDCWD, b"/data/f", 0o555, 0).unwrap();
    assert_eq!(mode(), 0o440);
    let file = files.opened("/data/f", O_RDONLY).unwrap();
    files.fchmod(file, 0o200).unwrap();
    assert_eq!(mode(), 0o640);
    let new = files.open(AT_FDCWD, b"/data/new", O_CREAT | O_WRONLY, 0o4777);
    assert_eq!(files.metadata(new.unwrap()).unwrap().mode & 0o7111, 0);
}

#[test]
fn times_of_the_host_are_set() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f"), "").unwrap();
    let mut files = with_data(folder.path(), Access::ReadWrite);
    let at = |seconds| TimeChange::from_timespec(seconds, 500).unwrap();
    files
        .set_times(AT_FDCWD, b"/data/f", at(1_000_000), at(2_000_000), 0)
        .unwrap();
    let metadata = files.stat(b"/data/f").unwrap();
    assert_eq!(metadata.accessed.seconds, 1_000_000);
    assert_eq!(metadata.modified.seconds, 2_000_000);
    let keep = TimeChange::Keep;
    files
        .set_times(AT_FDCWD, b"/data/f", keep, at(-3), 0)
        .unwrap();
    let metadata = files.stat(b"/data/f").unwrap();
    assert_eq!(metadata.accessed.seconds, 1_000_000);
    assert_eq!(metadata.modified.seconds, -3);
    let file = files.opened("/data/f", O_RDONLY).unwrap();
    files.set_times(file, b"", keep, at(7), 0).unwrap();
    assert_eq!(files.stat(b"/data/f").unwrap().modified.seconds, 7);
    files.make_directory("/data/d").unwrap();
    files
        .set_times(AT_FDCWD, b"/data/d", keep, at(8), 0)
        .unwrap();
    assert_eq!(files.stat(b"/data/d").unwrap().modified.seconds, 8);
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_the_host_are_bytes() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(OsStr::from_bytes(b"\xff\\")), "x").unwrap();
    let mut files = with_data(folder.path(), Access::ReadWrite);
    let directory = files.opened("/data", O_RDONLY).unwrap();
    let entries = files.read_directory(directory, 9).unwrap().entries;
    assert_eq!(entries[2].name, b"\xff\\");
    let found = files.open(AT_FDCWD, b"/data/\xff\\", O_RDONLY, 0);
    assert!(found.is_ok());
}

#[test]
fn space_of_a_mount_tells_nothing_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = with_data(folder.path(), Access::ReadOnly);
    let space = files.space(b"/data").unwrap();
    assert_eq!(space.blocks, 1 << 28);
    let directory = files.opened("/data", O_RDONLY).unwrap();
    assert_eq!(files.space_at(directory), Ok(space));
    assert_eq!(files.space(b"/tmp").unwrap().blocks, (64 << 20) / 4096);
    assert_eq!(files.space(b"/none"), Err(Errno::Noent));
}
