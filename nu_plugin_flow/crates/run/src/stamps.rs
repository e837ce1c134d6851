//! Whether files changed, seen from the outside: cheap enough to be asked often.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

/// Files, and how they were when they were last looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamps(Vec<(PathBuf, Option<Stamp>)>);

/// What changes with a file; editors write a new one in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    number: u64,
}

impl Stamps {
    /// The files as they are now; one that is not there counts too.
    #[must_use]
    pub fn of(files: Vec<PathBuf>) -> Self {
        let stamped = files.into_iter().map(|file| {
            let stamp = stamp(&file);
            (file, stamp)
        });
        Self(stamped.collect())
    }

    /// The first file that is not as it was.
    #[must_use]
    pub fn changed(&self) -> Option<&PathBuf> {
        let mut files = self.0.iter();
        let (path, _) = files.find(|(file, before)| stamp(file) != *before)?;
        Some(path)
    }
}

fn stamp(file: &PathBuf) -> Option<Stamp> {
    let metadata = fs::metadata(file).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some(Stamp {
        size: metadata.len(),
        modified: metadata.modified().ok(),
        number,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_replaced_removed_or_made_has_changed() {
        let folder = std::env::temp_dir().join(format!("flow-stamps-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (there, missing) = (folder.join("a"), folder.join("b"));
        fs::write(&there, "1").unwrap();
        let stamps = || Stamps::of(vec![there.clone(), missing.clone()]);
        let before = stamps();
        assert_eq!(before.changed(), None);
        fs::write(&there, "12").unwrap();
        assert_eq!(before.changed(), Some(&there));
        let before = stamps();
        fs::write(&missing, "").unwrap();
        assert_eq!(before.changed(), Some(&missing));
        let before = stamps();
        fs::remove_file(&there).unwrap();
        assert_eq!(before.changed(), Some(&there));
        fs::remove_dir_all(&folder).unwrap();
    }
}
