//! What a build leaves: kept in the cache, copied to the agent.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use flow_cache::{Bucket, Cache, Digest, Digester, Entry, MakeError};

use crate::{bundle, diagnostics::Message, error::BuildError, file_mode, output::COMPONENT};

/// An agent that is ready to run.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The agent's name.
    pub agent: String,
    /// Its language; `wasm` where it came ready-made.
    pub language: &'static str,
    /// A `.wasm` or `.bundle` file, or for the web a folder: `<agent>/.flow/build/<name>.wasm`,
    /// `….bundle` or `…/<name>-web`. That of a file without a folder of its own is in the cache.
    pub path: PathBuf,
    /// Bytes of all its files.
    pub size: u64,
    /// The digest of the file, or of all names and files of the folder.
    pub digest: Digest,
    /// What made it, such as `rustc`; nothing where it came ready-made.
    pub tool: Option<&'static str>,
    /// The tool's version.
    pub version: Option<String>,
    /// Why this tool, where there was a choice.
    pub reason: Option<String>,
    /// True where no tool had to be started.
    pub cached: bool,
    /// From the call to the artifact.
    pub duration: Duration,
    /// The compiler's warnings; none where it was cached.
    pub warnings: Vec<Message>,
}

/// One file of an artifact in the cache.
#[derive(Debug)]
pub(crate) struct Part {
    pub name: String,
    pub entry: Entry,
}

const LIST: &str = "list";
const PART: &str = "part";

/// The extension that a part has in the cache: what can be run may also run from
/// there.
fn extension(name: &str) -> &'static str {
    match Path::new(name).extension() {
        Some(extension) if extension == bundle::EXTENSION => bundle::EXTENSION,
        Some(_) if name == COMPONENT => "wasm",
        _ => PART,
    }
}

/// The parts that were saved under `key`, if all are there and whole.
pub(crate) fn load(cache: &Cache, key: &Digest) -> Result<Option<Vec<Part>>, BuildError> {
    let Some(list) = cache.get(Bucket::Artifacts, key, LIST)? else {
        return Ok(None);
    };
    let names = fs::read(list.path)
        .ok()
        .and_then(|text| serde_json::from_slice::<Vec<String>>(&text).ok());
    let mut parts = Vec::new();
    for name in names.unwrap_or_default() {
        match cache.get(Bucket::Artifacts, &part_key(key, &name), extension(&name))? {
            Some(entry) => parts.push(Part { name, entry }),
            None => return Ok(None),
        }
    }
    Ok((!parts.is_empty()).then_some(parts))
}

/// Copies `files` (name and place) into the cache under `key`.
pub(crate) fn save(
    cache: &Cache,
    key: &Digest,
    files: Vec<(String, PathBuf)>,
) -> Result<Vec<Part>, BuildError> {
    let mut parts = Vec::with_capacity(files.len());
    for (name, path) in files {
        let copy = |staging: &Path| fs::copy(&path, staging).map(drop);
        let entry = made(
            cache.get_or_make(
                Bucket::Artifacts,
                &part_key(key, &name),
                extension(&name),
                copy,
            ),
            &path,
        )?;
        parts.push(Part { name, entry });
    }
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let write = |staging: &Path| fs::write(staging, serde_json::to_vec(&names)?);
    made(
        cache.get_or_make(Bucket::Artifacts, key, LIST, write),
        cache.root(),
    )?;
    Ok(parts)
}

fn part_key(key: &Digest, name: &str) -> Digest {
    Digester::new().update(key.as_bytes()).update(name).finish()
}

fn made(result: Result<Entry, MakeError<io::Error>>, path: &Path) -> Result<Entry, BuildError> {
    result.map_err(|error| match error {
        MakeError::Cache(error) => error.into(),
        MakeError::Make(source) => BuildError::io("copy", path, source),
    })
}

/// Size and digest of all parts together; one part alone has its own digest.
pub(crate) fn sum(parts: &[Part]) -> (u64, Digest) {
    let size = parts.iter().map(|part| part.entry.size).sum();
    if let [part] = parts {
        return (size, part.entry.digest);
    }
    let mut digester = Digester::new();
    for part in parts {
        digester
            .update(&part.name)
            .update(part.entry.digest.as_bytes());
    }
    (size, digester.finish())
}

/// The folder in an agent that is flow's own, with a note that version control
/// is to leave it alone.
pub(crate) fn own_folder(root: &Path) -> io::Result<PathBuf> {
    let folder = root.join(".flow").join("build");
    fs::create_dir_all(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(folder)
}

/// Copies a part to `path`, unless it is there already. Readers see the old
/// file or the new one, never a half.
pub(crate) fn publish(part: &Part, path: &Path) -> io::Result<()> {
    let there = fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == part.entry.size);
    if there && Digest::of_file(path)? == part.entry.digest {
        return Ok(());
    }
    let staging = path.with_added_extension(format!("{}.staging", std::process::id()));
    let copied = fs::copy(&part.entry.path, &staging)
        .and_then(|_| file_mode::set(&staging, 0o644))
        .and_then(|()| fs::rename(&staging, path));
    if copied.is_err() {
        let _ = fs::remove_file(&staging);
    }
    copied
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(cache: &Cache, root: &Path) -> Vec<Part> {
        let files = ["a.wasm", "b.js"].map(|name| {
            let path = root.join(name);
            fs::write(&path, name).unwrap();
            (name.to_owned(), path)
        });
        save(cache, &Digest::of(b"key"), files.to_vec()).unwrap()
    }

    #[test]
    fn the_parts_come_back_until_one_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache"));
        let key = Digest::of(b"key");
        assert!(load(&cache, &key).unwrap().is_none());
        let parts = saved(&cache, folder.path());
        let loaded = load(&cache, &key).unwrap().unwrap();
        assert_eq!(
            loaded
                .iter()
                .map(|part| part.name.as_str())
                .collect::<Vec<_>>(),
            ["a.wasm", "b.js"]
        );
        assert_eq!(sum(&loaded), sum(&parts));
        fs::write(&parts[1].entry.path, "B.js").unwrap();
        assert!(load(&cache, &key).unwrap().is_none());
    }

    #[test]
    fn a_copy_that_somebody_changed_is_made_again_and_one_that_is_the_same_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let parts = saved(&Cache::at(folder.path().join("cache")), folder.path());
        let copy = own_folder(folder.path()).unwrap().join("x.wasm");
        publish(&parts[0], &copy).unwrap();
        let time = || fs::metadata(&copy).unwrap().modified().unwrap();
        let before = time();
        publish(&parts[0], &copy).unwrap();
        assert_eq!(
            (time(), fs::read_to_string(&copy).unwrap().as_str()),
            (before, "a.wasm")
        );
        fs::write(&copy, "A.wasm").unwrap();
        publish(&parts[0], &copy).unwrap();
        assert_eq!(fs::read_to_string(&copy).unwrap(), "a.wasm");
    }
}
