//! The files that an artifact is made of, by content.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use flow_cache::{Digest, Digester};

/// Every input file and its digest. The files of a folder are named relative
/// to it, so that the same agent in another place is the same agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    files: BTreeMap<(usize, PathBuf), Digest>,
}

impl Sources {
    /// Reads all files of `folders`, the `single` files, and those `named` by a
    /// folder and their path in it. Left out of the folders are `.git`, `node_modules`, `.flow/build`, the `target` beside a
    /// `Cargo.toml`, and what is marked as a cache by a `CACHEDIR.TAG`.
    ///
    /// # Errors
    /// A file or folder cannot be read; the path is the one that could not.
    pub fn read(
        folders: &[PathBuf],
        single: &[PathBuf],
        named: &[(PathBuf, PathBuf)],
    ) -> Result<Sources, (PathBuf, io::Error)> {
        let mut files = BTreeMap::new();
        for (number, folder) in folders.iter().enumerate() {
            let mut paths = Vec::new();
            walk(folder, &mut paths)?;
            for path in paths {
                let digest = digest(&path).map_err(|error| (path.clone(), error))?;
                let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
                files.insert((number, name), digest);
            }
        }
        for path in single {
            let digest = digest(path).map_err(|error| (path.clone(), error))?;
            files.insert((usize::MAX, path.clone()), digest);
        }
        for (folder, name) in named {
            let path = folder.join(name);
            let digest = digest(&path).map_err(|error| (path, error))?;
            files.insert((folders.len(), name.clone()), digest);
        }
        Ok(Sources { files })
    }

    /// The files below `folders`, which are those that were read, and the single ones below one of them.
    pub fn paths(&self, folders: &[PathBuf]) -> Vec<PathBuf> {
        let path = |(number, name): &(usize, PathBuf)| match folders.get(*number) {
            Some(folder) => Some(folder.join(name)),
            None => Some(name.clone())
                .filter(|name| folders.iter().any(|folder| name.starts_with(folder))),
        };
        self.files.keys().filter_map(path).collect()
    }

    /// The key of the artifact that these files and `parts` make.
    pub fn key(&self, parts: &[&str]) -> Digest {
        let mut digester = Digester::new();
        for part in parts {
            digester.update(part);
        }
        for ((number, name), digest) in &self.files {
            digester
                .update(number.to_le_bytes())
                .update(name.as_os_str().as_encoded_bytes())
                .update(digest.as_bytes());
        }
        digester.finish()
    }

    /// Whether `self` and `other` differ in nothing but files named in `lock_files`.
    pub fn same_but(&self, other: &Sources, lock_files: &[&str]) -> bool {
        let counts = |((_, name), _): &(&(usize, PathBuf), &Digest)| {
            !lock_files
                .iter()
                .any(|lock| name.file_name().is_some_and(|name| name == *lock))
        };
        self.files
            .iter()
            .filter(counts)
            .eq(other.files.iter().filter(counts))
    }
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (folder.to_owned(), error);
    let entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(failed)?;
    let has = |name: &str| entries.iter().any(|entry| entry.file_name() == name);
    if has("CACHEDIR.TAG") {
        return Ok(());
    }
    for entry in &entries {
        let (name, path) = (entry.file_name(), entry.path());
        let kind = entry.file_type().map_err(failed)?;
        if !kind.is_dir() {
            paths.push(path);
        } else if name != ".git"
            && name != "node_modules"
            && !(name == "target" && has("Cargo.toml"))
            && !path.ends_with(".flow/build")
        {
            walk(&path, paths)?;
        }
    }
    Ok(())
}

/// The digest of a file, or of where a symlink leads that leads to no file.
fn digest(path: &Path) -> io::Result<Digest> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Digest::of_file(path),
        _ => match fs::read_link(path) {
            Ok(target) => Ok(Digest::of(target.as_os_str().as_encoded_bytes())),
            // A socket or pipe: nothing that can be read to its end.
            Err(_) => Ok(Digest::of(b"")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &Path) -> Sources {
        Sources::read(&[folder.to_owned()], &[], &[]).unwrap()
    }

    fn write(root: &Path, files: &[&str]) {
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, *file).unwrap();
        }
    }

    fn names(root: &Path) -> Vec<String> {
        let sources = read(root);
        sources
            .files
            .keys()
            .map(|(_, name)| name.display().to_string())
            .collect()
    }

    #[test]
    fn what_tools_made_is_no_source() {
        let folder = tempfile::tempdir().unwrap();
        let made = [
            "target/a",
            ".git/b",
            "node_modules/c",
            ".flow/build/d.wasm",
            "out/CACHEDIR.TAG",
            "out/e",
        ];
        let sources = [
            ".cargo/config.toml",
            ".flow/sdk/rust/lib.rs",
            "Cargo.toml",
            "src/target/mod.rs",
        ];
        write(folder.path(), &made);
        write(folder.path(), &sources);
        assert_eq!(names(folder.path()), sources);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_nowhere_or_in_a_circle_are_no_trouble() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        symlink(".", folder.path().join("circle")).unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        assert_eq!(names(folder.path()), ["circle", "dangling"]);
    }

    #[test]
    fn the_key_follows_names_contents_and_settings_but_not_the_place() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(one.path(), &["a", "b"]);
        write(two.path(), &["a", "b"]);
        let key = |folder: &Path, part: &str| read(folder).key(&[part]);
        let first = key(one.path(), "x");
        assert_eq!(first, key(two.path(), "x"));
        assert_ne!(first, key(two.path(), "y"));
        fs::write(two.path().join("a"), "A").unwrap();
        assert_ne!(first, key(two.path(), "x"));
        fs::write(two.path().join("a"), "a").unwrap();
        fs::rename(two.path().join("b"), two.path().join("c")).unwrap();
        assert_ne!(first, key(two.path(), "x"));
    }

    #[test]
    fn a_lock_file_that_the_tool_wrote_is_no_change() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a"]);
        let before = read(folder.path());
        write(folder.path(), &["Cargo.lock"]);
        let locked = read(folder.path());
        assert!(before.same_but(&locked, &["Cargo.lock"]) && !before.same_but(&locked, &[]));
        write(folder.path(), &["c"]);
        assert!(!before.same_but(&read(folder.path()), &["Cargo.lock"]));
    }
}
