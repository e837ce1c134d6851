//! What can go wrong with a template.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// A template could not be added or taken away. Nothing was changed then.
#[derive(Debug, Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant says in its message what it is")]
#[non_exhaustive]
pub enum TemplateError {
    #[error("not a file that Devbox can read: `{file}`")]
    #[diagnostic(
        code(flow::template::devbox),
        help("correct the file: it may have comments and trailing commas, and is JSON else")
    )]
    Devbox {
        file: &'static str,
        reason: String,
        #[source_code]
        text: NamedSource<String>,
        #[label("{reason}")]
        at: SourceSpan,
    },
    #[error("a file that flow did not write is in the way: `{path}`")]
    #[diagnostic(
        code(flow::template::clash),
        help("move the file away, then run the command again: flow overwrites none")
    )]
    Clash { path: String },
    #[error("changed since flow wrote it: {}", listing(paths))]
    #[diagnostic(
        code(flow::template::modified),
        help("save what you need elsewhere, then run the command again with `--force`")
    )]
    Modified { paths: Vec<String> },
    #[error("template is not in this project: `{name}`")]
    #[diagnostic(
        code(flow::template::absent),
        help("run `flow template list` to see which are: column `added`")
    )]
    Absent { name: String },
    #[error("cannot read the record of templates: `{}`: {reason}", path.display())]
    #[diagnostic(
        code(flow::template::record),
        help(
            "restore the file from version control, or delete it together with `.flow/devbox` and add the templates again"
        )
    )]
    Record { path: PathBuf, reason: String },
    #[error("the path leads out of the project: `{path}`")]
    #[diagnostic(
        code(flow::template::outside),
        help("replace the symlink on this path by a folder")
    )]
    Outside { path: String },
    #[error("somebody changed it meanwhile: `{path}`")]
    #[diagnostic(code(flow::template::race), help("run the command again"))]
    Race { path: String },
    #[error("another flow is changing this project: `{}`", path.display())]
    #[diagnostic(
        code(flow::template::busy),
        help("run the command again when the other one has finished")
    )]
    Busy { path: PathBuf },
    #[error("not a folder: `{}`", path.display())]
    #[diagnostic(
        code(flow::template::no_project),
        help("go to the folder of the project first: `cd`")
    )]
    NoProject { path: PathBuf },
    #[error("cannot {action}: `{}`", path.display())]
    #[diagnostic(code(flow::template::io), help("{}", what_to_do(source)))]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl TemplateError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> TemplateError {
        move |source| TemplateError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

fn what_to_do(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "make the project writable",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space on its disk",
        ErrorKind::InvalidData => "make it a text file, in UTF-8",
        _ => "see what is at this path: a folder and a file cannot have the same name",
    }
}

fn listing(paths: &[String]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
    paths.join(", ")
}
