use super::*;

fn refusal(path: &str, write: bool, reason: Reason) -> Refusal {
    Refusal {
        path: path.to_owned(),
        write,
        reason,
    }
}

#[test]
fn what_is_used_without_a_grant_is_refused_and_recorded() {
    let mut files = in_memory();
    assert_eq!(files.opened("/etc/passwd", O_RDONLY), Err(Errno::Acces));
    assert_eq!(files.names("/data"), Err(Errno::Acces));
    assert_eq!(files.chdir(b"/work"), Err(Errno::Acces));
    assert_eq!(files.write_path("/out.csv", ""), Err(Errno::Acces));
    assert_eq!(files.make_directory("/out"), Err(Errno::Acces));
    assert_eq!(files.remove_path("/srv/x"), Err(Errno::Acces));
    assert_eq!(files.moved("/home", "/tmp/x"), Err(Errno::Acces));
    // Which no grant would make a file.
    assert_eq!(files.opened("/work/<unknown>", O_RDONLY), Err(Errno::Acces));
    let expected = [
        ("/etc/passwd", false),
        ("/data", false),
        ("/work", false),
        ("/out.csv", true),
        ("/out", true),
        ("/srv/x", true),
        ("/home", true),
    ];
    let expected = expected.map(|(path, write)| refusal(path, write, Reason::NotGranted));
    assert_eq!(files.take_refusals(), expected);
    assert!(files.take_refusals().is_empty());
}

#[test]
fn what_is_only_looked_for_is_missing() {
    let mut files = in_memory();
    assert_eq!(files.stat(b"/usr/share/zoneinfo"), Err(Errno::Noent));
    assert_eq!(files.access(AT_FDCWD, b"/data/x", 4, 0), Err(Errno::Noent));
    assert_eq!(files.readlink(AT_FDCWD, b"/data"), Err(Errno::Noent));
    assert_eq!(files.opened("/pyvenv.cfg", O_RDONLY), Err(Errno::Noent));
    assert_eq!(files.opened("/python._pth", O_RDONLY), Err(Errno::Noent));
    let looked = files.take_refusals();
    assert_eq!(looked.len(), 5);
    assert_eq!(looked[1], refusal("/data/x", false, Reason::NotGranted));
    files.stat(b"/data/x").unwrap_err();
    files.opened("/data/y", O_RDONLY).unwrap_err();
    files.stat(b"/data/z").unwrap_err();
    let wanted = files.take_refusals();
    assert_eq!(wanted, [refusal("/data/y", false, Reason::NotGranted)]);
}

#[test]
fn what_is_missing_in_the_own_areas_is_simply_missing() {
    let mut files = in_memory();
    for path in [
        "/tmp/x",
        "x",
        "/lib/python3.14/x.py",
        "/dev/tty",
        "/proc/self/status",
    ] {
        assert_eq!(files.opened(path, O_RDONLY), Err(Errno::Noent), "{path}");
    }
    assert_eq!(files.make_directory("/tmp/x/y"), Err(Errno::Noent));
    assert!(files.take_refusals().is_empty());
}

#[test]
fn a_working_directory_that_is_not_granted_is_there_but_nothing_in_it() {
    let settings = Settings {
        working_directory: b"/work".to_vec(),
        ..Settings::default()
    };
    let mut files = with(Vec::new(), settings);
    assert_eq!(files.names(".").unwrap(), [""; 0]);
    assert!(files.stat(b".").is_ok());
    assert_eq!(files.opened("data.csv", O_RDONLY), Err(Errno::Acces));
    assert_eq!(files.write_path("out", ""), Err(Errno::Acces));
    let expected = [
        refusal("/work/data.csv", false, Reason::NotGranted),
        refusal("/work/out", true, Reason::NotGranted),
    ];
    assert_eq!(files.take_refusals(), expected);
}

#[test]
fn a_read_only_mount_cannot_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f"), "f").unwrap();
    std::fs::create_dir(folder.path().join("d")).unwrap();
    let mut files = with_data(folder.path(), Access::ReadOnly);
    assert_eq!(files.read_path("/data/f").unwrap(), b"f");
    assert_eq!(files.opened("/data/f", O_RDONLY | O_CREAT), Ok(3));
    let rofs = Err(Errno::Rofs);
    assert_eq!(files.opened("/data/f", O_RDWR), Err(Errno::Rofs));
    assert_eq!(
        files.opened("/data/f", O_RDONLY | O_TRUNC),
        Err(Errno::Rofs)
    );
    assert_eq!(files.write_path("/data/new", ""), rofs);
    assert_eq!(files.make_directory("/data/new"), rofs);
    assert_eq!(files.link("f", "/data/new"), rofs);
    assert_eq!(files.remove_path("/data/f"), rofs);
    assert_eq!(files.remove_directory("/data/d"), rofs);
    assert_eq!(files.moved("/data/f", "/data/g"), rofs);
    assert_eq!(files.truncate(b"/data/f", 0), rofs);
    assert_eq!(files.chmod(AT_FDCWD, b"/data/f", 0, 0), rofs);
    assert_eq!(files.fchmod(3, 0), rofs);
    let now = TimeChange::Now;
    assert_eq!(files.set_times(AT_FDCWD, b"/data/f", now, now, 0), rofs);
    assert_eq!(files.set_times(3, b"", now, now, 0), rofs);
    assert_eq!(files.access(AT_FDCWD, b"/data/f", 2, 0), rofs);
    assert_eq!(files.access(AT_FDCWD, b"/data/f", 4, 0), Ok(()));
    let taken = files.take_refusals();
    assert_eq!(taken.len(), 3);
    for one in taken {
        assert_eq!((one.reason, one.write), (Reason::ReadOnly, true));
    }
    assert_eq!(std::fs::read(folder.path().join("f")).unwrap(), b"f");
}

#[test]
fn in_a_read_only_mount_other_errors_come_first() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("d")).unwrap();
    let mut files = with_data(folder.path(), Access::ReadOnly);
    assert_eq!(files.opened("/data/x", O_WRONLY), Err(Errno::Noent));
    assert_eq!(files.opened("/data/d", O_WRONLY), Err(Errno::Isdir));
    assert_eq!(files.make_directory("/data/d"), Err(Errno::Exist));
    assert_eq!(files.remove_path("/data/x"), Err(Errno::Noent));
    assert_eq!(files.remove_path("/data/d"), Err(Errno::Isdir));
    let exclusive = O_WRONLY | O_CREAT | O_EXCL;
    assert_eq!(files.opened("/data/d", exclusive), Err(Errno::Exist));
    assert!(files.take_refusals().is_empty());
    // Python writes its caches in passing.
    files.make_directory("/data/__pycache__").unwrap_err();
    files.opened("/etc/hosts", O_RDONLY).unwrap_err();
    assert_eq!(files.take_refusals().len(), 1);
}

#[cfg(unix)]
#[test]
fn nothing_leads_out_of_a_mount() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    std::fs::create_dir_all(inside.join("d")).unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    symlink("../secret", inside.join("relative")).unwrap();
    symlink(folder.path().join("secret"), inside.join("absolute")).unwrap();
    symlink("..", inside.join("up")).unwrap();
    symlink("d/../d/..", inside.join("within")).unwrap();
    let mut files = with_data(&inside, Access::ReadWrite);
    for path in [
        "/data/relative",
        "/data/absolute",
        "/data/up/secret",
        "/data/up/../secret",
        "/data/up/new",
    ] {
        let read = files.opened(path, O_RDONLY);
        assert_eq!(read, Err(Errno::Perm), "{path}");
        let wrote = files.opened(path, O_WRONLY | O_CREAT);
        assert_eq!(wrote, Err(Errno::Perm), "{path}");
        assert_eq!(files.stat(path.as_bytes()), Err(Errno::Perm), "{path}");
        let access = files.access(AT_FDCWD, path.as_bytes(), 4, 0);
        assert_eq!(access, Err(Errno::Perm), "{path}");
        let mode = files.chmod(AT_FDCWD, path.as_bytes(), 0, 0);
        assert_eq!(mode, Err(Errno::Perm), "{path}");
        assert_eq!(files.truncate(path.as_bytes(), 0), Err(Errno::Perm));
    }
    assert_eq!(files.make_directory("/data/up/x"), Err(Errno::Perm));
    assert_eq!(files.chdir(b"/data/up"), Err(Errno::Perm));
    assert_eq!(files.moved("/data/up/secret", "/data/s"), Err(Errno::Perm));
    assert_eq!(files.moved("/data/d", "/data/up/d"), Err(Errno::Perm));
    for refusal in files.take_refusals() {
        assert_eq!(refusal.reason, Reason::Outside, "{}", refusal.path);
    }
    // `..` in the guest's own view is the guest's directory above.
    assert_eq!(files.opened("/data/../secret", O_RDONLY), Err(Errno::Acces));
    assert!(files.stat(b"/data/within/d/../..").is_ok());
    assert_eq!(files.lstat(b"/data/absolute").unwrap().kind, Kind::Symlink);
    for target in ["/tmp/x", "../x", "d/../../x"] {
        assert_eq!(files.link(target, "/data/new"), Err(Errno::Perm));
    }
    files.link("../data.csv", "/data/d/new").unwrap();
    let secret = std::fs::read_to_string(folder.path().join("secret"));
    assert_eq!(secret.unwrap(), "secret");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_sockets_and_devices_of_the_host_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(socket).unwrap();
    let mut files = with_data(folder.path(), Access::ReadWrite);
    for path in ["/data/pipe", "/data/socket"] {
        for access in [O_RDONLY, O_WRONLY, O_RDWR] {
            assert_eq!(files.opened(path, access), Err(Errno::Acces), "{path}");
        }
    }
    assert_eq!(files.take_refusals()[0].reason, Reason::Special);
    assert_eq!(files.stat(b"/data/pipe").unwrap().kind, Kind::Other);
    assert_eq!(files.names("/data").unwrap().len(), 2);
    let now = TimeChange::Now;
    let times = files.set_times(AT_FDCWD, b"/data/pipe", now, now, 0);
    assert_eq!(times, Err(Errno::Acces));
    files.remove_path("/data/pipe").unwrap();
}
