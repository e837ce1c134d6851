//! Where the memory of a directory is.

use std::ffi::OsString;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::error::StoreError;

const FOLDER: &str = ".flow";
const FILE: &str = "memory.db";

/// A store that may not have been made yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as an absolute path.
    pub path: PathBuf,
    /// Whose it is.
    pub scope: Scope,
}

/// Whether a store belongs to a project or to everything outside of projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The store of the project that a directory is in.
    Project,
    /// The user's one store for all that is in no project.
    Global,
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Scope::Project => "project",
            Scope::Global => "global",
        })
    }
}

/// The store of `directory`: `.flow/memory.db` in its nearest ancestor (itself included) that has
/// that file or a `.git`; else in the nearest one that has a `.flow`; else the [global](global)
/// one.
///
/// # Errors
/// [`StoreError::NoHome`] where there is no project and no place for a global store.
pub fn locate(directory: &Path) -> Result<Location, StoreError> {
    match project(&absolute(directory)?) {
        Some(path) => Ok(Location {
            path,
            scope: Scope::Project,
        }),
        None => global(),
    }
}

/// The global store: `$FLOW_DATA_DIR/memory.db`, else `flow/memory.db` in the user's data
/// directory (`$XDG_DATA_HOME`, `~/.local/share`, or the platform's own).
///
/// # Errors
/// [`StoreError::NoHome`] where neither is known.
pub fn global() -> Result<Location, StoreError> {
    choose(std::env::var_os("FLOW_DATA_DIR"), dirs::data_dir())
}

fn choose(own: Option<OsString>, user: Option<PathBuf>) -> Result<Location, StoreError> {
    let folder = match own.filter(|own| !own.is_empty()) {
        Some(own) => absolute(Path::new(&own))?,
        None => user.ok_or(StoreError::NoHome)?.join("flow"),
    };
    Ok(Location {
        path: folder.join(FILE),
        scope: Scope::Global,
    })
}

fn project(directory: &Path) -> Option<PathBuf> {
    let is_root =
        |root: &&Path| root.join(FOLDER).join(FILE).is_file() || root.join(".git").exists();
    let root = directory.ancestors().find(is_root).or_else(|| {
        directory
            .ancestors()
            .find(|root| root.join(FOLDER).is_dir())
    })?;
    Some(root.join(FOLDER).join(FILE))
}

fn absolute(directory: &Path) -> Result<PathBuf, StoreError> {
    // What `..` leads to is known to the file system only: the folder before it may be a link.
    let resolved = directory
        .components()
        .any(|component| component == Component::ParentDir)
        .then(|| directory.canonicalize().ok())
        .flatten();
    match resolved {
        Some(resolved) => Ok(resolved),
        None => std::path::absolute(directory)
            .map_err(|source| StoreError::io("find the directory", directory, source)),
    }
}

/// `path` with `suffix` at the end of its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder tree for one test, below a folder that no project is above of.
    fn tree(folders: &[&str], files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in folders {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in files {
            fs::write(root.path().join(file), "").unwrap();
        }
        root
    }

    fn found(root: &tempfile::TempDir, directory: &str) -> Option<String> {
        let path = project(&absolute(&root.path().join(directory)).unwrap())?;
        let path = path.strip_prefix(root.path()).unwrap();
        Some(path.to_str().unwrap().replace('\\', "/"))
    }

    #[test]
    fn the_nearest_store_or_repository_above_is_taken() {
        let root = tree(
            &["outer/.git", "outer/inner/.flow", "outer/inner/deep/er"],
            &["outer/inner/.flow/memory.db"],
        );
        let inner = Some("outer/inner/.flow/memory.db".to_owned());
        assert_eq!(found(&root, "outer/inner/deep/er"), inner);
        assert_eq!(found(&root, "outer/inner"), inner);
        assert_eq!(
            found(&root, "outer"),
            Some("outer/.flow/memory.db".to_owned())
        );
        assert_eq!(
            found(&root, "outer/inner/deep/../.."),
            Some("outer/.flow/memory.db".to_owned())
        );
    }

    #[test]
    fn a_repository_comes_before_a_folder_without_a_store() {
        let root = tree(&["a/b/.flow", "a/b/c"], &["a/.git"]);
        assert_eq!(found(&root, "a/b/c"), Some("a/.flow/memory.db".to_owned()));
    }

    #[test]
    fn a_folder_without_a_store_is_taken_where_there_is_no_repository() {
        let root = tree(&["a/.flow", "a/b/.flow", "a/b/c"], &[]);
        assert_eq!(
            found(&root, "a/b/c"),
            Some("a/b/.flow/memory.db".to_owned())
        );
        assert_eq!(found(&root, "a"), Some("a/.flow/memory.db".to_owned()));
    }

    #[test]
    fn a_directory_that_is_not_there_has_the_store_of_those_above() {
        let root = tree(&["a/.git"], &[]);
        assert_eq!(
            found(&root, "a/gone/too"),
            Some("a/.flow/memory.db".to_owned())
        );
    }

    #[test]
    fn outside_of_projects_there_is_none() {
        let root = tree(&["a/b"], &["a/.flow"]);
        assert_eq!(found(&root, "a/b"), None);
    }

    #[test]
    fn the_variable_of_flow_comes_before_the_users_directory() {
        let user = || Some(PathBuf::from("/home/me/.local/share"));
        let chosen = |own: Option<&str>| choose(own.map(Into::into), user()).unwrap().path;
        assert_eq!(
            chosen(Some("/elsewhere")),
            PathBuf::from("/elsewhere/memory.db")
        );
        let usual = PathBuf::from("/home/me/.local/share/flow/memory.db");
        assert_eq!(chosen(Some("")), usual);
        assert_eq!(chosen(None), usual);
        assert!(
            choose(Some("relative".into()), None)
                .unwrap()
                .path
                .is_absolute()
        );
        assert!(matches!(choose(None, None), Err(StoreError::NoHome)));
    }

    #[test]
    fn a_relative_directory_gives_an_absolute_store() {
        assert!(locate(Path::new(".")).unwrap().path.is_absolute());
        assert!(locate(Path::new("..")).unwrap().path.is_absolute());
    }

    #[test]
    fn a_scope_is_shown_by_its_name() {
        assert_eq!(
            format!("{} {}", Scope::Project, Scope::Global),
            "project global"
        );
    }
}
