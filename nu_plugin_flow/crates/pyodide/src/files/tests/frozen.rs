use super::*;

fn again(frozen: &Frozen) -> FileSystem {
    let settings = Settings {
        working_directory: frozen.working_directory.clone(),
        umask: frozen.umask,
        ..Settings::default()
    };
    FileSystem::new(frozen.tree.clone(), Arc::default(), settings).unwrap()
}

fn changed() -> FileSystem {
    let mut files = in_memory();
    files.make_directory("/tmp/d").unwrap();
    files.write_path("/tmp/d/f", "frozen").unwrap();
    files.link("d/f", "/tmp/l").unwrap();
    files.symlink(b"\xff", AT_FDCWD, b"/tmp/\xfe").unwrap();
    files.write_path("/tmp/gone", "").unwrap();
    files.remove_path("/tmp/gone").unwrap();
    files.chdir(b"/tmp/d").unwrap();
    files.umask(0o077);
    files
}

#[test]
fn a_frozen_state_goes_on_in_others() {
    let mut files = changed();
    let inode = files.stat(b"/tmp/d/f").unwrap().inode;
    let frozen = files.freeze().unwrap();
    files.write_path("/tmp/d/f", "later").unwrap();
    let mut first = again(&frozen);
    let mut second = again(&frozen);
    assert_eq!(first.used(), 0);
    assert_eq!(&*first.working_directory(), b"/tmp/d");
    assert_eq!(first.umask(0), 0o077);
    assert_eq!(first.read_path("f").unwrap(), b"frozen");
    assert_eq!(first.stat(b"f").unwrap().inode, inode);
    first.write_path("f", "first").unwrap();
    first.write_path("/tmp/new", "").unwrap();
    assert_eq!(second.read_path("/tmp/l").unwrap(), b"frozen");
    second.remove_path("/tmp/l").unwrap();
    assert_eq!(first.read_path("/tmp/l").unwrap(), b"first");
    let twice = again(&first.freeze().unwrap()).read_path("/tmp/l");
    assert_eq!(twice.unwrap(), b"first");
}

#[test]
fn files_that_are_read_are_open_again() {
    let mut files = in_memory();
    files.write_path("/tmp/f", "read on").unwrap();
    let first = files.opened("/lib/python314.zip", O_RDONLY).unwrap();
    let second = files.opened("/tmp/f", O_RDONLY | O_CLOEXEC).unwrap();
    files.seek(second, 5, 0).unwrap();
    files.close(first).unwrap();
    let frozen = files.freeze().unwrap();
    let mut files = again(&frozen);
    for reading in &frozen.open {
        files.open_again(reading).unwrap();
    }
    let mut rest = [0; 9];
    let length = files.read(second, &mut rest).unwrap();
    assert_eq!(&rest[..length], b"on");
    assert_eq!(files.fcntl(second, F_GETFD, 0), Ok(FD_CLOEXEC));
    assert_eq!(files.read(first, &mut rest), Err(Errno::Badf));
    // The name is gone: nobody could open it again.
    files.remove_path("/tmp/f").unwrap();
    assert!(files.freeze().is_err());
}

#[test]
fn open_files_hinder_freezing() {
    let mut files = in_memory();
    files.opened("/tmp/f", O_WRONLY | O_CREAT).unwrap();
    files.pipe(0).unwrap();
    files.dup3(3, 1, 0).unwrap();
    let FreezeError::FilesOpen { paths } = files.freeze().unwrap_err();
    assert_eq!(paths, ["1: /tmp/f", "3: /tmp/f", "4: a pipe", "5: a pipe"]);
}

#[test]
fn a_tree_is_stored_without_what_its_layers_hold() {
    let frozen = changed().freeze().unwrap();
    let bytes = Bytes::from(frozen.tree.to_bytes().unwrap());
    assert!(!bytes.windows(6).any(|window| window == b"zipped"));
    let tree = Tree::from_bytes(&bytes, &[library()]).unwrap();
    assert_eq!(tree.to_bytes().unwrap(), bytes);
    let mut files = again(&Frozen {
        tree: Arc::new(tree),
        ..frozen
    });
    assert_eq!(files.read_path("f").unwrap(), b"frozen");
    assert_eq!(files.read_path("/lib/python314.zip").unwrap(), b"PK zipped");
    assert_eq!(files.readlink(AT_FDCWD, b"/tmp/\xfe").unwrap(), b"\xff");
    assert_eq!(files.opened("/lib/python314.zip", O_RDWR), Err(Errno::Rofs));
    files.write_path("/tmp/more", "").unwrap();
    let error = Tree::from_bytes(&bytes, &[]).unwrap_err();
    assert!(matches!(error, ImageError::LayerMissing { length: 9, .. }));
}

/// Bytes with one part replaced by another of the same length.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes
        .windows(from.len())
        .position(|window| window == from.as_bytes());
    let mut bytes = bytes.to_vec();
    bytes[at.unwrap()..][..to.len()].copy_from_slice(to.as_bytes());
    bytes
}

#[test]
fn bytes_that_are_no_tree_are_refused() {
    let bytes = base().to_bytes().unwrap();
    let mut other_version = bytes.clone();
    other_version[7] = 2;
    let mut too_long = bytes.clone();
    too_long[8..16].fill(0xff);
    let cyclic = replaced(&bytes, "[\"tmp\",2]", "[\"tmp\",1]");
    let missing = replaced(&bytes, "[\"tmp\",2]", "[\"tmp\",0]");
    let bad_name = replaced(&bytes, "[\"tmp\",2]", "[\"t/p\",2]");
    for bytes in [
        Vec::new(),
        bytes[..12].to_vec(),
        other_version,
        too_long,
        cyclic,
        missing,
        bad_name,
    ] {
        let error = Tree::from_bytes(&Bytes::from(bytes), &[library()]);
        assert!(error.is_err());
    }
}
