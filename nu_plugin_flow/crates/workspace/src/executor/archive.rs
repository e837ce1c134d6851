//! Files as one `tar` archive, which every Linux can unpack: the format `ustar`, with GNU's entries
//! for names that are too long for it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const BLOCK: usize = 512;
/// Longest name in a header.
const NAME: usize = 100;

/// The archive of `files`, named by their paths below `root`. Times and execute permissions are
/// kept; symlinks stay symlinks.
pub(super) fn of(root: &Path, files: &[PathBuf]) -> Result<Vec<u8>, (PathBuf, io::Error)> {
    let mut archive = Vec::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap_or(path);
        add(&mut archive, path, name).map_err(|error| (path.clone(), error))?;
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    Ok(archive)
}

fn add(archive: &mut Vec<u8>, path: &Path, name: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    let name = name.as_os_str().as_encoded_bytes();
    let modified = metadata.modified().ok();
    let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let time = since.unwrap_or_default().as_secs();
    if metadata.is_symlink() {
        let leads = fs::read_link(path)?;
        let leads = leads.as_os_str().as_encoded_bytes();
        return entry(archive, name, leads, b'2', 0o777, time, &[]);
    }
    if !metadata.is_file() {
        return Ok(());
    }
    let mode = if is_executable(&metadata) {
        0o755
    } else {
        0o644
    };
    entry(archive, name, &[], b'0', mode, time, &fs::read(path)?)
}

fn entry(
    archive: &mut Vec<u8>,
    name: &[u8],
    leads: &[u8],
    kind: u8,
    mode: u64,
    time: u64,
    contents: &[u8],
) -> io::Result<()> {
    for (text, kind) in [(name, b'L'), (leads, b'K')] {
        if text.len() > NAME {
            let mut long = text.to_vec();
            long.push(0);
            header(archive, b"././@LongLink", &[], kind, 0, 0, long.len())?;
            contents_of(archive, &long);
        }
    }
    header(archive, name, leads, kind, mode, time, contents.len())?;
    contents_of(archive, contents);
    Ok(())
}

fn contents_of(archive: &mut Vec<u8>, contents: &[u8]) {
    archive.extend_from_slice(contents);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
}

fn header(
    archive: &mut Vec<u8>,
    name: &[u8],
    leads: &[u8],
    kind: u8,
    mode: u64,
    time: u64,
    size: usize,
) -> io::Result<()> {
    let mut header = Vec::with_capacity(BLOCK);
    field(&mut header, name, NAME);
    octal(&mut header, mode, 8)?;
    octal(&mut header, 0, 8)?;
    octal(&mut header, 0, 8)?;
    octal(&mut header, size as u64, 12)?;
    octal(&mut header, time, 12)?;
    // The checksum counts itself as spaces.
    let checksum_at = header.len();
    header.extend_from_slice(b"        ");
    header.push(kind);
    field(&mut header, leads, NAME);
    header.extend_from_slice(b"ustar\x0000");
    header.resize(BLOCK, 0);
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    let mut checksum = Vec::new();
    octal(&mut checksum, sum, 7)?;
    checksum.push(b' ');
    if let Some(place) = header.get_mut(checksum_at..checksum_at + 8) {
        place.copy_from_slice(&checksum);
    }
    archive.extend(header);
    Ok(())
}

/// The beginning of a text, filled up with zeros.
fn field(header: &mut Vec<u8>, text: &[u8], length: usize) {
    let end = header.len() + length;
    header.extend(text.iter().take(length));
    header.resize(end, 0);
}

/// A number in octal digits, ended by a zero byte.
fn octal(header: &mut Vec<u8>, number: u64, length: usize) -> io::Result<()> {
    let digits = format!("{number:0width$o}", width = length - 1);
    if digits.len() >= length {
        return Err(io::Error::other("too large for an archive"));
    }
    header.extend(digits.bytes());
    header.push(0);
    Ok(())
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::sync::atomic::AtomicBool;

    use super::*;
    use flow_process::Command;

    #[test]
    fn tar_unpacks_what_was_packed() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let long = format!("{}/{}.txt", "d".repeat(90), "f".repeat(120));
        let names = ["a", "x/run.sh", "empty", "x/ü ' name", &long];
        for name in names {
            let path = from.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let contents = if name == "empty" {
                String::new()
            } else {
                name.repeat(99)
            };
            fs::write(&path, contents).unwrap();
        }
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(from.path().join("x/run.sh"), executable).unwrap();
        symlink("x/run.sh", from.path().join("link")).unwrap();
        symlink("l".repeat(150), from.path().join("long")).unwrap();
        let files: Vec<PathBuf> = names
            .into_iter()
            .chain(["link", "long"])
            .map(|name| from.path().join(name))
            .collect();
        let mut command = Command::new("tar", ["-xof", "-"], to.path());
        command.stdin = of(from.path(), &files).unwrap();
        let outcome = flow_process::run(&command, &AtomicBool::new(false), &mut |_| {}).unwrap();
        assert!(
            outcome.success(),
            "{}",
            String::from_utf8_lossy(&outcome.stderr)
        );
        let command = Command::new("diff", ["-r", "--no-dereference", "."], from.path());
        let command = Command {
            args: command
                .args
                .into_iter()
                .chain([to.path().display().to_string()])
                .collect(),
            ..command
        };
        let outcome = flow_process::run(&command, &AtomicBool::new(false), &mut |_| {}).unwrap();
        assert!(
            outcome.success(),
            "{}",
            String::from_utf8_lossy(&outcome.stdout)
        );
        let time = |folder: &Path| fs::metadata(folder.join("a")).unwrap().modified().unwrap();
        let second =
            |time: std::time::SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert_eq!(second(time(from.path())), second(time(to.path())));
        let mode = fs::metadata(to.path().join("x/run.sh"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o111, 0o111);
    }
}
