use std::fs;

use super::*;

fn rooted(host: &Path, access: Access) -> FileSystem {
    with(vec![mount("/", host, access)], Settings::default())
}

#[test]
fn a_directory_at_the_root_is_seen_around_what_is_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let host = folder.path();
    fs::create_dir_all(host.join("home/user")).unwrap();
    fs::create_dir_all(host.join("lib/python3.14")).unwrap();
    fs::create_dir_all(host.join("tmp")).unwrap();
    fs::write(host.join("top"), "top").unwrap();
    fs::write(host.join("home/user/f"), "f").unwrap();
    fs::write(host.join("lib/python314.zip"), "evil").unwrap();
    fs::write(host.join("lib/python3.14/evil.py"), "evil").unwrap();
    fs::write(host.join("lib/libx.so"), "x").unwrap();
    fs::write(host.join("tmp/of-host"), "t").unwrap();
    let mut files = rooted(host, Access::ReadWrite);
    assert_eq!(files.read_path("/top").unwrap(), b"top");
    assert_eq!(files.read_path("/home/user/f").unwrap(), b"f");
    assert_eq!(files.read_path("/home/user/../user/f").unwrap(), b"f");
    assert_eq!(files.read_path("/lib/libx.so").unwrap(), b"x");
    assert_eq!(files.read_path("/lib/python314.zip").unwrap(), b"PK zipped");
    assert_eq!(files.stat(b"/lib/python3.14/evil.py"), Err(Errno::Noent));
    assert_eq!(files.stat(b"/tmp/of-host"), Err(Errno::Noent));
    assert_eq!(
        files.names("/").unwrap(),
        ["dev", "home", "lib", "tmp", "top"]
    );
    assert_eq!(files.names("/home").unwrap(), ["pyodide", "user"]);
    assert_eq!(files.names("/tmp").unwrap(), [""; 0]);
    files.write_path("/new", "n").unwrap();
    files.write_path("/tmp/private", "p").unwrap();
    files.make_directory("/home/other").unwrap();
    assert_eq!(fs::read(host.join("new")).unwrap(), b"n");
    assert!(host.join("home/other").is_dir());
    assert!(!host.join("tmp/private").exists());
    assert_eq!(files.opened("/none", O_RDONLY), Err(Errno::Noent));
    assert_eq!(files.opened("/none/x/../y", O_RDONLY), Err(Errno::Noent));
    assert_eq!(files.moved("/tmp/private", "/moved"), Err(Errno::Xdev));
    files.moved("/new", "/home/user/new").unwrap();
    assert_eq!(files.access(AT_FDCWD, b"/", 2, 0), Ok(()));
    files.chdir(b"/home/user").unwrap();
    assert_eq!(&*files.working_directory(), b"/home/user");
    files.chdir(b"..").unwrap();
    let mut names = files.names(".").unwrap();
    names.sort();
    assert_eq!(names, ["other", "pyodide", "user"]);
    assert!(files.take_refusals().is_empty());
}

#[test]
fn a_read_only_root_refuses_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = rooted(folder.path(), Access::ReadOnly);
    assert_eq!(files.write_path("/new", ""), Err(Errno::Rofs));
    assert_eq!(files.access(AT_FDCWD, b"/", 2, 0), Err(Errno::Acces));
    let taken = files.take_refusals();
    assert_eq!(taken[0].reason, Reason::ReadOnly);
    files.write_path("/tmp/new", "").unwrap();
}
