//! What is to be changed in a project, and its doing: all of it, or nothing.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::error::TemplateError;
use crate::lock::ProjectLock;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Create,
    /// It gets another text.
    Update,
    /// It goes.
    Delete,
    /// It stays as it is.
    Keep,
}

impl Action {
    /// As shown in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Keep => "keep",
        }
    }
}

/// One file of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The template it belongs to; nothing for what all of them share.
    pub template: Option<String>,
    /// Its path in the project, with `/`.
    pub path: String,
    /// Its text now; nothing where there is no file.
    pub before: Option<String>,
    /// Its text then; nothing where there will be no file.
    pub after: Option<String>,
}

impl Change {
    /// What happens to the file.
    pub fn action(&self) -> Action {
        match (&self.before, &self.after) {
            (None, Some(_)) => Action::Create,
            (Some(_), None) => Action::Delete,
            (Some(before), Some(after)) if before != after => Action::Update,
            _ => Action::Keep,
        }
    }

    /// The difference, as `diff -u` writes it; empty where there is none.
    pub fn difference(&self) -> String {
        let (before, after) = (self.before.as_deref(), self.after.as_deref());
        let name = |prefix: &str, text: Option<&str>| match text {
            Some(_) => format!("{prefix}/{}", self.path),
            None => "/dev/null".to_owned(),
        };
        TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default())
            .unified_diff()
            .header(&name("a", before), &name("b", after))
            .to_string()
    }
}

/// All that is to be changed in a project.
#[derive(Debug)]
pub struct Plan {
    pub(crate) root: PathBuf,
    /// File by file, in the order in which they are written.
    pub changes: Vec<Change>,
    /// Nobody else changes the project until this is over.
    #[cfg_attr(not(test), expect(dead_code, reason = "it is held, not used"))]
    pub(crate) lock: Option<ProjectLock>,
}

impl Plan {
    /// Carries it out. Where a file cannot be written, those before it get their old text back.
    ///
    /// # Errors
    /// A file cannot be written, or is not what it was when the plan was made.
    pub fn apply(&self) -> Result<(), TemplateError> {
        let mut done: Vec<&Change> = Vec::new();
        let changes = self
            .changes
            .iter()
            .filter(|change| change.action() != Action::Keep);
        for change in changes {
            if let Err(error) = self.carry_out(change) {
                for change in done.into_iter().rev() {
                    // The error to report is the first one. What somebody else wrote since stays.
                    if read(&self.root, &change.path).ok().as_ref() == Some(&change.after) {
                        let _ = self.replace(&change.path, change.before.as_deref());
                    }
                }
                return Err(error);
            }
            done.push(change);
        }
        Ok(())
    }

    fn carry_out(&self, change: &Change) -> Result<(), TemplateError> {
        self.refuse_outside(&change.path)?;
        if read(&self.root, &change.path)? != change.before {
            let path = change.path.clone();
            return Err(TemplateError::Race { path });
        }
        self.replace(&change.path, change.after.as_deref())
    }

    /// No symlink may lead the writing out of the project.
    fn refuse_outside(&self, path: &str) -> Result<(), TemplateError> {
        let root = self
            .root
            .canonicalize()
            .map_err(TemplateError::io("read", &self.root))?;
        let whole = self.root.join(path);
        let there = whole
            .ancestors()
            .find_map(|folder| folder.canonicalize().ok());
        match there {
            Some(there) if there.starts_with(&root) => Ok(()),
            _ => Err(TemplateError::Outside {
                path: path.to_owned(),
            }),
        }
    }

    fn replace(&self, path: &str, text: Option<&str>) -> Result<(), TemplateError> {
        let whole = self.root.join(path);
        match text {
            Some(text) => write(&whole, text).map_err(TemplateError::io("write", &whole)),
            None => {
                fs::remove_file(&whole).map_err(TemplateError::io("delete", &whole))?;
                self.remove_empty_folders(path);
                Ok(())
            }
        }
    }

    /// Folders that held nothing else go with their last file.
    fn remove_empty_folders(&self, path: &str) {
        let folders = Path::new(path).ancestors().skip(1);
        for folder in folders.take_while(|folder| !folder.as_os_str().is_empty()) {
            if fs::remove_dir(self.root.join(folder)).is_err() {
                break;
            }
        }
    }
}

/// The text of a file in the project, if there is one.
pub(crate) fn read(root: &Path, path: &str) -> Result<Option<String>, TemplateError> {
    let whole = root.join(path);
    match fs::read_to_string(&whole) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TemplateError::io("read", &whole)(error)),
    }
}

/// Writes by one rename, so that nobody sees half a file; a symlink stays one, and permissions too.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let permissions = fs::metadata(&path).map(|metadata| metadata.permissions());
    if permissions.as_ref().is_ok_and(Permissions::readonly) {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let mut file = new_file(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// A file with the permissions that the process gives to new ones.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".flow-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests;
