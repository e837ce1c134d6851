use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// A wheel with these files, as bytes.
pub(in crate::python) fn wheel(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The names of what a wheel unpacks to, or why it does not.
fn unpacked(bytes: &[u8]) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let (path, packages) = (folder.path().join("a.whl"), folder.path().join("packages"));
    fs::create_dir(&packages).unwrap();
    fs::write(&path, bytes).unwrap();
    let result = unpack(&path, &packages);
    let outside: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(outside.len(), 2, "{outside:?}");
    match result {
        Ok(()) => Ok(names(&packages)),
        Err(UnpackError::Bad(reason)) => Err(reason),
        Err(UnpackError::Io(path, error)) => panic!("{}: {error}", path.display()),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            true => names.extend(
                self::names(&path)
                    .iter()
                    .map(|below| format!("{name}/{below}")),
            ),
            false => names.push(name),
        }
    }
    names.sort();
    names
}

#[test]
fn packages_are_unpacked_and_what_is_for_elsewhere_is_not() {
    let bytes = wheel(&[
        ("a/__init__.py", "x = 1"),
        ("a/data.txt", ""),
        ("a-1.dist-info/METADATA", "Name: a"),
        ("a-1.data/purelib/a/pure.py", ""),
        ("a-1.data/platlib/a/code.so", ""),
        ("a-1.data/scripts/a", ""),
        ("a-1.data/data/share/a.txt", ""),
    ]);
    assert_eq!(
        unpacked(&bytes).unwrap(),
        [
            "a-1.dist-info/METADATA",
            "a/__init__.py",
            "a/code.so",
            "a/data.txt",
            "a/pure.py"
        ]
    );
}

#[test]
fn a_name_that_leads_out_is_refused() {
    for name in [
        "../outside",
        "a/../../outside",
        "/outside",
        "a\\..\\..\\outside",
        "C:outside",
        "a-1.data/purelib/../../../outside",
    ] {
        let reason = unpacked(&wheel(&[(name, "")])).unwrap_err();
        assert!(
            reason.starts_with("a name that leads out"),
            "{name}: {reason}"
        );
    }
}

#[test]
fn a_symbolic_link_is_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("a", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(unpacked(&bytes).unwrap_err(), "a symbolic link: `a`");
}

#[test]
fn what_is_cut_short_or_no_archive_is_refused() {
    let bytes = wheel(&[("a.py", &"x = 1\n".repeat(1000))]);
    assert!(unpacked(&bytes[..bytes.len() / 2]).is_err());
    assert!(unpacked(b"").is_err() && unpacked(b"<html>not found</html>").is_err());
    let mut damaged = bytes;
    damaged[40] ^= 0xff;
    assert!(unpacked(&damaged).is_err());
}
