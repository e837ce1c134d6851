//! What differs between the hosts, and the options that every file of the host
//! is opened with.

use std::{borrow::Cow, ffi::OsStr, fs::File, io, path::Path};

use cap_fs_ext::{
    FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt, OpenOptionsSyncExt,
};
use cap_std::fs::{Dir, OpenOptions};

/// How a file of the host is to be opened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HostOpen {
    pub(super) read: bool,
    pub(super) write: bool,
    pub(super) append: bool,
    pub(super) truncate: bool,
    pub(super) create: bool,
    /// It must not exist yet.
    pub(super) exclusive: bool,
    pub(super) follow: bool,
    /// It must be a directory. The caller checks, too: not all hosts can.
    pub(super) directory: bool,
    /// The permission bits of a new file.
    pub(super) mode: u32,
}

/// Opens a path within a directory of the host. Never waits: a pipe or a device
/// opens at once or not at all.
pub(super) fn open(directory: &Dir, path: &Path, how: HostOpen) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(how.read)
        .write(how.write)
        .append(how.append)
        .create(how.create)
        .create_new(how.exclusive)
        // The two do not go together; the caller cuts it off afterwards.
        .truncate(how.truncate && !how.append)
        .follow(if how.follow {
            FollowSymlinks::Yes
        } else {
            FollowSymlinks::No
        })
        .maybe_dir(true)
        .nonblock(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        // Agents make no programs of the host: no execute bits.
        options
            .mode(how.mode & 0o666)
            .custom_flags(unix_flags(how.directory));
    }
    let file = directory.open_with(path, &options)?.into_std();
    if how.truncate && how.append && !how.exclusive && file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    Ok(file)
}

/// Opens a directory of the host for reading, where it is one.
pub(super) fn open_directory(directory: &Dir, path: &Path) -> io::Result<Dir> {
    let how = HostOpen {
        read: true,
        follow: true,
        ..HostOpen::default()
    };
    let file = open(directory, path, how)?;
    if !file.metadata()?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(Dir::from_std_file(file))
}

/// A terminal must not become the one that controls this process.
#[cfg(unix)]
fn unix_flags(directory: bool) -> i32 {
    use rustix::fs::OFlags;
    let mut flags = OFlags::NOCTTY;
    flags.set(OFlags::DIRECTORY, directory);
    i32::try_from(flags.bits()).unwrap_or(0)
}

/// Whether an error says that a path led out of its directory: cap-std makes
/// it itself, so it has no number of the system.
pub(super) fn is_escape(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// The path of a directory relative to `directory`, without links and dots.
pub(super) fn canonicalize_directory(directory: &Dir, relative: &[u8]) -> io::Result<Vec<u8>> {
    let path = to_path(relative)?;
    let canonical = directory.canonicalize(&path)?;
    if !directory.metadata(&canonical)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let bytes = from_os(canonical.as_os_str());
    Ok(if bytes.as_ref() == b"." {
        Vec::new()
    } else {
        bytes.into_owned()
    })
}

/// The bytes of a guest path as a relative path of the host; `.` where empty.
pub(super) fn to_path(relative: &[u8]) -> io::Result<Cow<'_, Path>> {
    if relative.is_empty() {
        return Ok(Path::new(".").into());
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Ok(Path::new(OsStr::from_bytes(relative)).into())
    }
    #[cfg(not(unix))]
    {
        // A backslash or a colon would mean something else there.
        match std::str::from_utf8(relative) {
            Ok(text) if !text.contains(['\\', ':']) => Ok(Path::new(text).into()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

/// A name of the host in the bytes that the guest sees.
#[cfg(unix)]
pub(super) fn from_os(name: &OsStr) -> Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt;
    name.as_bytes().into()
}

/// A name of the host in the bytes that the guest sees.
#[cfg(not(unix))]
pub(super) fn from_os(name: &OsStr) -> Cow<'_, [u8]> {
    name.to_string_lossy()
        .replace('\\', "/")
        .into_bytes()
        .into()
}

/// Reads at an offset straight into `buffer`.
pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, buffer, offset);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, buffer, offset);
}

/// Writes at an offset; at the end where the file was opened to append.
pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_at(file, bytes, offset);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_write(file, bytes, offset);
}

/// Creates a symbolic link. Windows asks what it will point to.
pub(super) fn symlink(directory: &Dir, target: &Path, link: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return directory.symlink(target, link);
    #[cfg(windows)]
    return directory.symlink_file(target, link);
}

/// The number of a directory's node.
pub(super) fn inode_of_directory(directory: &Dir) -> io::Result<u64> {
    let metadata = directory.dir_metadata()?;
    #[cfg(unix)]
    return Ok(cap_std::fs::MetadataExt::ino(&metadata));
    #[cfg(not(unix))]
    return Ok(cap_fs_ext::MetadataExt::ino(&metadata));
}

/// The number of the node of an entry; 0 where the host does not tell.
pub(super) fn inode_of_entry(entry: &cap_std::fs::DirEntry) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::DirEntryExt::ino(entry);
    #[cfg(not(unix))]
    return {
        let _ = entry;
        0
    };
}

/// Whether this process may use a path: bits 4 to read, 2 to write, 1 to
/// execute; 0 asks whether it exists.
pub(super) fn access(directory: &Dir, path: &Path, wanted: u32, follow: bool) -> io::Result<()> {
    // Within the directory, unlike cap-std's own `access`, which follows a last
    // link wherever it leads.
    let target = if follow && directory.symlink_metadata(path)?.is_symlink() {
        Cow::Owned(directory.canonicalize(path)?)
    } else {
        Cow::Borrowed(path)
    };
    let metadata = directory.symlink_metadata(&target)?;
    if wanted == 0 {
        return Ok(());
    }
    #[cfg(unix)]
    {
        use rustix::fs::{Access, AtFlags};
        let name = match target.file_name() {
            Some(name) => Path::new(name),
            None => Path::new("."),
        };
        let above = target.parent().filter(|path| !path.as_os_str().is_empty());
        let above = directory.open_dir(above.unwrap_or(Path::new(".")))?;
        let mut modes = Access::empty();
        modes.set(Access::READ_OK, wanted & 4 != 0);
        modes.set(Access::WRITE_OK, wanted & 2 != 0);
        modes.set(Access::EXEC_OK, wanted & 1 != 0);
        let _ = metadata;
        Ok(rustix::fs::accessat(
            &above,
            name,
            modes,
            AtFlags::SYMLINK_NOFOLLOW,
        )?)
    }
    #[cfg(not(unix))]
    if wanted & 2 != 0 && metadata.permissions().readonly() && !metadata.is_dir() {
        Err(io::ErrorKind::PermissionDenied.into())
    } else {
        Ok(())
    }
}

/// Has every write go to the end of a file, or not.
pub(super) fn set_append(file: &File, append: bool) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        let mut flags = fcntl_getfl(file)?;
        flags.set(OFlags::APPEND, append);
        fcntl_setfl(file, flags)?;
    }
    #[cfg(not(unix))]
    let _ = (file, append);
    Ok(())
}

/// Makes a directory, with these permission bits where the host has such.
pub(super) fn create_directory(directory: &Dir, path: &Path, mode: u32) -> io::Result<()> {
    let mut builder = cap_std::fs::DirBuilder::new();
    #[cfg(unix)]
    cap_std::fs::DirBuilderExt::mode(&mut builder, mode);
    #[cfg(not(unix))]
    let _ = mode;
    directory.create_dir_with(path, &builder)
}
