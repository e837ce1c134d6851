use std::io;

use miette::Diagnostic;
use thiserror::Error;

use super::errno::Errno;

/// A tree could not be made.
#[derive(Debug, Error, Diagnostic)]
pub enum TreeError {
    /// A path is not absolute, or has `.`, `..`, an empty name or a zero byte.
    #[error("not a path for the tree: `{path}`")]
    #[diagnostic(
        code(pyodide::files::invalid_path),
        help("write it absolute and without `.` and `..`, such as `/home/pyodide/data.csv`")
    )]
    InvalidPath {
        /// The path.
        path: String,
    },
    /// A file stands where a directory would have to be.
    #[error("not a directory: `{component}` in `{path}`")]
    #[diagnostic(
        code(pyodide::files::not_directory),
        help("choose a path whose parents are directories")
    )]
    NotDirectory {
        /// The path.
        path: String,
        /// The part of it that is no directory.
        component: String,
    },
    /// A directory stands where a file would have to be.
    #[error("already a directory: `{path}`")]
    #[diagnostic(code(pyodide::files::is_directory), help("choose another path"))]
    IsDirectory {
        /// The path.
        path: String,
    },
}

impl TreeError {
    pub(super) fn invalid(path: &str) -> TreeError {
        TreeError::InvalidPath {
            path: path.to_owned(),
        }
    }
}

/// Mounts that do not fit together.
#[derive(Debug, Error, Diagnostic)]
pub enum MountError {
    /// A guest path is not absolute, too long, or has `..` or a zero byte.
    #[error("not a path to mount at: `{path}`")]
    #[diagnostic(
        code(pyodide::files::invalid_mount),
        help("write the guest path absolute and without `..`, such as `/data`")
    )]
    InvalidPath {
        /// The path.
        path: String,
    },
    /// Two directories at the same path.
    #[error("two directories are mounted at `{path}`")]
    #[diagnostic(
        code(pyodide::files::mounted_twice),
        help("grant only one of them, or give one another guest path")
    )]
    Twice {
        /// The path.
        path: String,
    },
    /// More than an instance may have.
    #[error("too many mounts: {count}, at most {limit}")]
    #[diagnostic(
        code(pyodide::files::too_many_mounts),
        help("grant a directory that holds several of them")
    )]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
}

/// A file system could not be made.
#[derive(Debug, Error, Diagnostic)]
pub enum CreateError {
    /// The working directory is no absolute path to a directory.
    #[error("not a working directory: `{path}`")]
    #[diagnostic(
        code(pyodide::files::working_directory),
        help("name an absolute path that is a directory or does not exist yet")
    )]
    WorkingDirectory {
        /// The path.
        path: String,
        /// Why it is none.
        #[source]
        source: Errno,
    },
}

/// A file system could not be frozen.
#[derive(Debug, Error, Diagnostic)]
pub enum FreezeError {
    /// The guest holds files open, whose state is not part of a tree.
    #[error("files are open: {}", paths.join(", "))]
    #[diagnostic(
        code(pyodide::files::files_open),
        help("close them in the program before its state is frozen")
    )]
    FilesOpen {
        /// The descriptors and their paths, such as `3: /tmp/log`.
        paths: Vec<String>,
    },
}

/// A stored tree could not be read, or not be written.
#[derive(Debug, Error, Diagnostic)]
pub enum ImageError {
    /// It is not a stored tree, damaged, or of another version.
    #[error("not a stored tree: {reason}")]
    #[diagnostic(
        code(pyodide::files::invalid_image),
        help("make it anew; a stored tree is read by the version that wrote it")
    )]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
    /// It refers to a layer, or a file of a layer, that was not given or is
    /// not the one it was.
    #[error("the stored tree needs the file `{path}` of layer `{layer}` with {length} bytes")]
    #[diagnostic(
        code(pyodide::files::layer_missing),
        help("give the same layers that the tree was made of, or make it anew")
    )]
    LayerMissing {
        /// The layer.
        layer: String,
        /// The file in it.
        path: String,
        /// The length it had, in bytes.
        length: u64,
    },
    /// Its structure is not the JSON it should be.
    #[error("the structure of the stored tree does not parse")]
    #[diagnostic(
        code(pyodide::files::invalid_structure),
        help("make it anew; a stored tree is read by the version that wrote it")
    )]
    Structure(#[source] serde_json::Error),
    /// It could not be written.
    #[error("could not write the stored tree")]
    #[diagnostic(
        code(pyodide::files::write_image),
        help("see whether the disk is full and the folder writable")
    )]
    Write(#[source] io::Error),
}
