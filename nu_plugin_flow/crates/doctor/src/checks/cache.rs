//! The cache: private folders that can be written.

use std::fs;
use std::path::{Path, PathBuf};

use super::check::Check;
use crate::context::{Context, shown};
use crate::diagnosis::Diagnosis;
use crate::treatment::Treatment;

const NEEDED_FOR: &str = "keeping machine code and what was built";
const ELSEWHERE: &str = "set `$env.FLOW_CACHE_DIR` to a folder of your own";

pub(super) struct Folders;

impl Check for Folders {
    fn name(&self) -> &'static str {
        "cache"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let root = context.cache.root();
        let mut found = vec![folder(self.name(), root, false, NEEDED_FOR, ELSEWHERE)];
        // Those that are not there are made when needed.
        let buckets = buckets(root).into_iter();
        found.extend(
            buckets.map(|bucket| folder(self.name(), &bucket, true, NEEDED_FOR, ELSEWHERE)),
        );
        found
    }
}

/// The folders in the cache that are its buckets, by their names: `code-v1`.
fn buckets(root: &Path) -> Vec<PathBuf> {
    let is_bucket = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let version = name.and_then(|name| name.rsplit_once("-v"));
        version.is_some_and(|(_, version)| version.parse::<u32>().is_ok())
    };
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut buckets: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(is_bucket)
        .collect();
    buckets.sort();
    buckets
}

/// A folder that has to be the user's own and writable; with `private`, for nobody else.
pub(super) fn folder(
    check: &'static str,
    path: &Path,
    private: bool,
    needed_for: &str,
    elsewhere: &str,
) -> Diagnosis {
    let treatment = || Treatment::Folder {
        folder: path.to_owned(),
        private,
    };
    let diagnosis = Diagnosis::needed(check, shown(path), needed_for);
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut missing = diagnosis.treatment(treatment());
            missing.found = "not there yet".to_owned();
            return missing;
        }
        Err(error) => return diagnosis.broken(error.to_string()).mend(elsewhere),
    };
    if !metadata.is_dir() {
        return diagnosis
            .broken("it is no folder")
            .mend(format!("move it away, or {elsewhere}"));
    }
    if let Some(reason) = foreign(&metadata) {
        return diagnosis.broken(reason).mend(elsewhere);
    }
    if let Some(reason) = wrong_permissions(&metadata, private) {
        return diagnosis.broken(reason).treatment(treatment());
    }
    match tempfile::tempfile_in(path) {
        Ok(_) => diagnosis.good("a file could be written"),
        Err(error) => diagnosis
            .broken(format!("no file can be written: {error}"))
            .mend(elsewhere),
    }
}

#[cfg(unix)]
fn foreign(metadata: &fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let own = metadata.uid() == rustix::process::geteuid().as_raw();
    (!own).then(|| format!("it belongs to another user, of the id {}", metadata.uid()))
}

#[cfg(unix)]
fn wrong_permissions(metadata: &fs::Metadata, private: bool) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    let (own, others) = (mode & 0o700, mode & 0o077);
    if own != 0o700 {
        return Some(format!("you may not write there: mode {mode:o}"));
    }
    (private && others != 0).then(|| format!("others may enter it: mode {mode:o}"))
}

#[cfg(not(unix))]
fn foreign(_: &fs::Metadata) -> Option<String> {
    None
}

#[cfg(not(unix))]
fn wrong_permissions(_: &fs::Metadata, _: bool) -> Option<String> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::checks::consultation::consult;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_cache_that_is_not_there_is_created() {
        let machine = Machine::new();
        assert_eq!(machine.examine(&Folders)[0].health, Health::Missing);
        let found = machine.with(|context| consult(&[&Folders], context, true));
        assert_eq!(found[0].0.health, Health::Good);
        assert!(
            found[0].1.as_ref().unwrap().starts_with("created"),
            "{found:?}"
        );
        assert_eq!(mode(&machine.cache()), 0o700);
    }

    #[test]
    fn folders_that_cannot_be_written_or_that_others_may_enter_are_repaired() {
        let machine = Machine::new();
        let bucket = machine.cache().join("code-v1");
        fs::create_dir_all(&bucket).unwrap();
        set_mode(&bucket, 0o755);
        set_mode(&machine.cache(), 0o500);
        let found = machine.examine(&Folders);
        let health: Vec<_> = found.iter().map(|found| found.health.clone()).collect();
        assert_eq!(health, [Health::Broken, Health::Broken], "{found:?}");
        let found = machine.with(|context| consult(&[&Folders], context, true));
        assert!(
            found
                .iter()
                .all(|(diagnosis, _)| diagnosis.health == Health::Good),
            "{found:?}"
        );
        assert_eq!((mode(&machine.cache()), mode(&bucket)), (0o700, 0o700));
    }

    #[test]
    fn a_file_in_the_way_is_not_touched() {
        let machine = Machine::new();
        fs::write(machine.cache(), "mine").unwrap();
        let found = machine.with(|context| consult(&[&Folders], context, true));
        assert_eq!((&found[0].0.health, &found[0].1), (&Health::Broken, &None));
        assert!(found[0].0.mend.as_ref().unwrap().contains("FLOW_CACHE_DIR"));
        assert_eq!(fs::read_to_string(machine.cache()).unwrap(), "mine");
    }
}
