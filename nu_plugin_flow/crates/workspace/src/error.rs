//! What can go wrong with a workspace.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use miette::Diagnostic;
use thiserror::Error;

use crate::devpod::error::DevpodError;
use flow_process::ProcessError;

/// An error of a workspace or its provider.
#[derive(Debug, Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant says in its message what it is")]
#[non_exhaustive]
pub enum WorkspaceError {
    #[error("not a workspace id: `{id}`")]
    #[diagnostic(
        code(flow::workspace::invalid_id),
        help(
            "use 1 to 48 lowercase letters, digits and dashes, without a dash at either end: `orders-1`"
        )
    )]
    InvalidId { id: String },
    #[error("cannot provision {count} workspaces")]
    #[diagnostic(
        code(flow::workspace::count),
        help("ask for 1 to {maximum} workspaces")
    )]
    Count { count: usize, maximum: usize },
    #[error("no workspace `{id}`")]
    #[diagnostic(
        code(flow::workspace::not_found),
        help("run `flow workspace list` to see which there are")
    )]
    NotFound { id: String },
    #[error("workspace `{id}` is for {existing}, not for {wanted}")]
    #[diagnostic(
        code(flow::workspace::language),
        help("choose another `--name`, or delete it first: `flow workspace delete {id}`")
    )]
    Language {
        id: String,
        existing: String,
        wanted: String,
    },
    #[error("the sources of workspace `{id}` are gone: `{}`", path.display())]
    #[diagnostic(
        code(flow::workspace::missing),
        help("make them anew with `flow provision`, or clean up: `flow workspace delete {id}`")
    )]
    Missing { id: String, path: PathBuf },
    #[error("workspace `{id}` cannot be used: {reason}")]
    #[diagnostic(
        code(flow::workspace::damaged),
        help("save what you need from `{}`, then run `flow workspace delete {id} --force`", path.display())
    )]
    Damaged {
        id: String,
        path: PathBuf,
        reason: String,
    },
    #[error("workspace `{id}` has files that would be lost: {}", listing(files))]
    #[diagnostic(
        code(flow::workspace::modified),
        help("save them, then run `flow workspace delete {id} --force`")
    )]
    Modified {
        id: String,
        /// Paths below the source folder that were changed or added, sorted; a branch with commits
        /// of its own as `.git/refs/heads/topic`.
        files: Vec<String>,
    },
    #[error("template file would land outside of its workspace, or twice: `{}`", path.display())]
    #[diagnostic(
        code(flow::workspace::template_path),
        help("name each file once, by a relative path without `..`")
    )]
    TemplatePath { path: PathBuf },
    #[error("not a file of workspace `{id}`: `{}`", path.display())]
    #[diagnostic(
        code(flow::workspace::no_file),
        help("name a file by its path below the workspace's source folder")
    )]
    NoFile { id: String, path: PathBuf },
    #[error("workspace `{id}` has no usable {toolchain}: {reason}")]
    #[diagnostic(
        code(flow::workspace::toolchain),
        help("install {toolchain}, then run the same `flow provision` again")
    )]
    Toolchain {
        id: String,
        toolchain: String,
        reason: String,
    },
    #[error(
        "no folder for workspaces: neither `FLOW_DATA_DIR`, `XDG_DATA_HOME` nor a home directory is known"
    )]
    #[diagnostic(
        code(flow::workspace::no_data_directory),
        help("set `FLOW_DATA_DIR` to a folder that you can write to")
    )]
    NoDataDirectory,
    #[error("could not {action} `{}`: {source}", path.display())]
    #[diagnostic(
        code(flow::workspace::storage),
        help("make it accessible and the disk not full, or set `FLOW_DATA_DIR` to another folder")
    )]
    Storage {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("another flow is working on workspace `{id}`, after {waited:?}")]
    #[diagnostic(code(flow::workspace::busy), help("try again when it has finished"))]
    Busy { id: String, waited: Duration },
    #[error("cancelled")]
    #[diagnostic(
        code(flow::workspace::cancelled),
        help("run the command again; what is finished is kept")
    )]
    Cancelled,
    #[error("not finished within its time")]
    #[diagnostic(
        code(flow::workspace::out_of_time),
        help("allow more with `--timeout`; what is finished is kept")
    )]
    OutOfTime,
    #[error("workspace `{id}` is there already, on provider `{existing}` and not on `{wanted}`")]
    #[diagnostic(
        code(flow::workspace::provider),
        help("choose another `--name`, or delete it first: `flow workspace delete {id}`")
    )]
    OtherProvider {
        id: String,
        existing: &'static str,
        wanted: &'static str,
    },
    #[error("workspace `{id}` was not finished: whoever made it was interrupted")]
    #[diagnostic(
        code(flow::workspace::half_made),
        help(
            "finish it with the same `flow provision`, or clean up: `flow workspace delete {id}`"
        )
    )]
    HalfMade { id: String },
    #[error("nothing to make a workspace from: `{from}` is neither a folder nor a git repository")]
    #[diagnostic(
        code(flow::workspace::from),
        help("name a folder, or the address of a repository that `git clone` understands")
    )]
    From { from: String },
    #[error("cannot copy `{}`: flow keeps its workspaces there", path.display())]
    #[diagnostic(
        code(flow::workspace::from_itself),
        help("name the source folder of one workspace, or a folder elsewhere")
    )]
    FromItself { path: PathBuf },
    #[error("git failed in `{}`: {reason}", path.display())]
    #[diagnostic(
        code(flow::workspace::git),
        help("see what `git -C {} status` says", path.display())
    )]
    Git { path: PathBuf, reason: String },
    #[error("git could not clone `{from}`: {reason}")]
    #[diagnostic(
        code(flow::workspace::clone),
        help("try it by hand: `git clone {from}`")
    )]
    Clone { from: String, reason: String },
    #[error("the sources could not be brought into workspace `{id}`: {reason}")]
    #[diagnostic(
        code(flow::workspace::transfer),
        help(
            "see that there is space in `/tmp` inside, and `tar`: `flow workspace exec {id} -- df -h /tmp`"
        )
    )]
    Transfer { id: String, reason: String },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Devpod(#[from] DevpodError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Process(#[from] ProcessError),
}

impl WorkspaceError {
    /// Turns an I/O error into a [`WorkspaceError::Storage`] that says what was tried where.
    pub(crate) fn storage(
        action: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(io::Error) -> WorkspaceError {
        move |source| WorkspaceError::Storage {
            action,
            path: path.as_ref().to_path_buf(),
            source,
        }
    }
}

/// The first files by name, and how many more there are.
fn listing(files: &[String]) -> String {
    const SHOWN: usize = 8;
    let names: Vec<String> = files
        .iter()
        .take(SHOWN)
        .map(|file| format!("`{file}`"))
        .collect();
    match files.len().checked_sub(SHOWN) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names.join(", ")),
    }
}
