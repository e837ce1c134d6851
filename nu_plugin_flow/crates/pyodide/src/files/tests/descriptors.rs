use super::*;

#[test]
fn duplicates_share_their_position() {
    let mut files = in_memory();
    files.write_path("/tmp/f", "abcdef").unwrap();
    let first = files.opened("/tmp/f", O_RDONLY).unwrap();
    assert_eq!(first, 3);
    let second = files.dup(first).unwrap();
    assert_eq!(files.dup3(first, 9, O_CLOEXEC), Ok(9));
    let mut buffer = [0; 2];
    files.read(first, &mut buffer).unwrap();
    files.read(second, &mut buffer).unwrap();
    files.read(9, &mut buffer).unwrap();
    assert_eq!(&buffer, b"ef");
    assert_eq!(files.fcntl(9, F_GETFD, 0), Ok(FD_CLOEXEC));
    assert_eq!(files.fcntl(second, F_GETFD, 0), Ok(0));
    assert_eq!(files.fcntl(first, F_DUPFD, 20), Ok(20));
    assert_eq!(files.fcntl(first, F_DUPFD_CLOEXEC, 20), Ok(21));
    assert_eq!(files.fcntl(first, F_DUPFD, -1), Err(Errno::Inval));
    assert_eq!(files.fcntl(first, F_DUPFD, 5000), Err(Errno::Inval));
    assert_eq!(files.dup3(first, first, 0), Err(Errno::Inval));
    assert_eq!(files.dup3(first, 1024, 0), Err(Errno::Badf));
    assert_eq!(files.dup3(77, 78, 0), Err(Errno::Badf));
    files.close(first).unwrap();
    assert_eq!(files.close(first), Err(Errno::Badf));
    assert_eq!(files.read(second, &mut buffer), Ok(0));
}

#[test]
fn a_standard_stream_can_be_redirected_to_a_file_and_back() {
    let mut files = in_memory();
    let saved = files.dup(1).unwrap();
    let file = files.opened("/tmp/out", O_WRONLY | O_CREAT).unwrap();
    files.dup3(file, 1, 0).unwrap();
    assert_eq!(files.descriptor(1), Ok(Descriptor::File));
    files.write(1, b"caught").unwrap();
    files.dup3(saved, 1, 0).unwrap();
    assert_eq!(files.descriptor(1), Ok(Descriptor::Stdout));
    assert_eq!(files.write(1, b"x"), Err(Errno::Inval));
    assert_eq!(files.read_path("/tmp/out").unwrap(), b"caught");
    assert_eq!(files.seek(1, 0, 1), Err(Errno::Spipe));
    files.close(0).unwrap();
    assert_eq!(files.opened("/tmp/out", O_RDONLY), Ok(0));
}

#[test]
fn flags_are_set_and_access_is_kept() {
    let mut files = in_memory();
    files.write_path("/tmp/f", "abc").unwrap();
    let writer = files.opened("/tmp/f", O_WRONLY).unwrap();
    assert_eq!(files.read(writer, &mut [0]), Err(Errno::Badf));
    assert_eq!(files.fcntl(writer, F_GETFL, 0), Ok(1));
    let append = i32::try_from(O_APPEND | O_TRUNC).unwrap();
    files.fcntl(writer, F_SETFL, append).unwrap();
    assert_eq!(files.fcntl(writer, F_GETFL, 0), Ok(0x401));
    files.write(writer, b"d").unwrap();
    files.fcntl(writer, F_SETFL, 0).unwrap();
    files.pwrite(writer, b"A", 0).unwrap();
    assert_eq!(files.read_path("/tmp/f").unwrap(), b"Abcd");
    let reader = files.opened("/tmp/f", O_RDONLY).unwrap();
    assert_eq!(files.write(reader, b"x"), Err(Errno::Badf));
    assert_eq!(files.ftruncate(reader, 0), Err(Errno::Inval));
    assert_eq!(files.opened("/tmp/f", 3), Err(Errno::Inval));
    for lock in [F_GETLK, F_SETLK, F_SETLKW] {
        assert_eq!(files.fcntl(reader, lock, 0), Ok(0));
    }
    assert_eq!(files.fcntl(reader, 99, 0), Err(Errno::Inval));
    assert_eq!(files.fsync(reader, true), Ok(()));
    assert_eq!(files.fadvise(99), Err(Errno::Badf));
}

#[test]
fn there_are_only_so_many_descriptors() {
    let mut files = in_memory();
    let first = files.opened("/tmp", O_RDONLY).unwrap();
    while files.dup(first).is_ok() {}
    assert_eq!(files.dup(first), Err(Errno::Mfile));
    assert_eq!(
        files.opened("/tmp/x", O_WRONLY | O_CREAT),
        Err(Errno::Mfile)
    );
    assert_eq!(files.stat(b"/tmp/x"), Err(Errno::Noent));
    files.close(500).unwrap();
    assert_eq!(files.pipe(0), Err(Errno::Mfile));
    assert_eq!(files.dup(first), Ok(500));
}

#[test]
fn a_pipe_never_waits() {
    let mut files = in_memory();
    let before = files.used();
    let (reader, writer) = files.pipe(O_CLOEXEC).unwrap();
    assert_eq!(files.fcntl(reader, F_GETFD, 0), Ok(FD_CLOEXEC));
    assert_eq!(files.read(reader, &mut [0; 4]), Err(Errno::Again));
    assert!(!files.readiness(reader).unwrap().readable);
    assert_eq!(files.write(writer, b"abcdef"), Ok(6));
    assert!(files.readiness(reader).unwrap().readable);
    let mut buffer = [0; 4];
    assert_eq!(files.read(reader, &mut buffer), Ok(4));
    assert_eq!(&buffer, b"abcd");
    assert_eq!(files.write(writer, &[0; 100_000]), Ok(64 * 1024 - 2));
    assert_eq!(files.write(writer, b"x"), Err(Errno::Again));
    assert!(!files.readiness(writer).unwrap().writable);
    assert_eq!(files.seek(reader, 0, 0), Err(Errno::Spipe));
    assert_eq!(files.read(writer, &mut buffer), Err(Errno::Badf));
    assert_eq!(files.write(reader, b"x"), Err(Errno::Badf));
    assert_eq!(files.pread(reader, &mut buffer, 0), Err(Errno::Spipe));
    assert_eq!(files.metadata(reader).unwrap().kind, Kind::Pipe);
    assert!(files.used() > before + 65_000);
    let copy = files.dup(writer).unwrap();
    files.close(writer).unwrap();
    while files
        .read(reader, &mut [0; 4096])
        .is_ok_and(|count| count > 0)
    {}
    assert_eq!(files.read(reader, &mut buffer), Err(Errno::Again));
    files.close(copy).unwrap();
    assert_eq!(files.read(reader, &mut buffer), Ok(0));
    assert!(files.readiness(reader).unwrap().hangup);
    files.close(reader).unwrap();
    let (reader, writer) = files.pipe(0).unwrap();
    files.close(reader).unwrap();
    assert_eq!(files.write(writer, b"x"), Err(Errno::Pipe));
    files.close(writer).unwrap();
    assert!(files.pipes.is_empty());
    assert_eq!(files.used(), before);
}

#[test]
fn relative_paths_begin_at_a_directory_descriptor() {
    let mut files = in_memory();
    files.make_directory("/tmp/d").unwrap();
    let folder = files.opened("/tmp/d", O_RDONLY | O_DIRECTORY).unwrap();
    let new = files.open(folder, b"f", O_CREAT | O_WRONLY, 0o644).unwrap();
    assert_eq!(files.path(new).unwrap(), b"/tmp/d/f");
    assert!(files.stat(b"/tmp/d/f").is_ok());
    assert!(files.metadata_at(folder, b"../d/f", 0).is_ok());
    assert_eq!(files.metadata_at(new, b"x", 0), Err(Errno::Notdir));
    assert_eq!(files.metadata_at(99, b"x", 0), Err(Errno::Badf));
    assert!(files.metadata_at(99, b"/tmp", 0).is_ok());
    let own = files.metadata_at(folder, b"", AT_EMPTY_PATH).unwrap();
    assert_eq!(own, files.stat(b"/tmp/d").unwrap());
    assert_eq!(files.metadata_at(folder, b"", 0), Err(Errno::Noent));
    files.fchdir(folder).unwrap();
    assert_eq!(&*files.working_directory(), b"/tmp/d");
    assert_eq!(files.fchdir(new), Err(Errno::Notdir));
    files.unlink(folder, b"f", 0).unwrap();
    files.chdir(b"/").unwrap();
    files.remove_directory("/tmp/d").unwrap();
    assert_eq!(files.metadata_at(folder, b"f", 0), Err(Errno::Noent));
    assert_eq!(files.metadata(folder).unwrap().links, 0);
}
