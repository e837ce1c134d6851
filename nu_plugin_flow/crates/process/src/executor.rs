//! One way to run programs, wherever they run.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::command::{Command, Outcome};
use crate::error::ProcessError;
use crate::run::run;

/// Runs programs on this machine or inside a workspace.
///
/// Paths come in two kinds: those of this machine, and those as the programs see them. Where
/// programs run on this machine they are the same.
pub trait Executor: Send + Sync {
    /// Where it runs them, for messages.
    fn place(&self) -> String;

    /// Runs `command` to its end, as [`run()`] does. Inside a workspace a relative
    /// `command.dir` counts from the source folder, and paths of this machine that lead into the
    /// source folder become those that the program sees.
    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError>;

    /// Copies the file `from`, as the program sees it, to `to` on this machine; returns its bytes.
    fn copy_out(&self, from: &Path, to: &Path, cancel: &AtomicBool) -> Result<u64, ProcessError>;

    /// Whether programs run on this machine, with its tools and files.
    fn is_here(&self) -> bool {
        true
    }

    /// The path at which programs see the file or folder `path` of this machine.
    fn inside(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }

    /// The folder for intermediate files as programs see it, where it would be `path` on this machine.
    fn scratch(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }

    /// Gets ready for a build: programs see `files` of this machine as they are now, and nothing at
    /// the paths `stale`, which are as programs see them.
    fn prepare(
        &self,
        files: &[PathBuf],
        stale: &[PathBuf],
        cancel: &AtomicBool,
    ) -> Result<(), ProcessError> {
        let (_, _) = (files, cancel);
        stale
            .iter()
            .try_for_each(|path| remove(path).map_err(ProcessError::storage("remove", path)))
    }

    /// The names of the files in `folder`, which is as programs see it; those that begin with a dot
    /// do not count.
    fn files_in(&self, folder: &Path, cancel: &AtomicBool) -> Result<Vec<String>, ProcessError> {
        let _ = cancel;
        list(folder).map_err(ProcessError::storage("read", folder))
    }
}

fn remove(path: &Path) -> io::Result<()> {
    let result = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn list(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Runs programs on this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalExecutor;

impl Executor for LocalExecutor {
    fn place(&self) -> String {
        "this machine".to_owned()
    }

    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        run(command, cancel, on_line)
    }

    fn copy_out(&self, from: &Path, to: &Path, _cancel: &AtomicBool) -> Result<u64, ProcessError> {
        fs::copy(from, to).map_err(ProcessError::storage("copy", from))
    }
}
