//! Errors of the file system.

use std::io;
use std::path::Path;

use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::shell_error::io::{ErrorKind, IoError};
use nu_protocol::{ShellError, Span};

use crate::files::grants;

/// WASI's numbers for what a granted directory does not allow.
const NOT_PERMITTED: i32 = 63;
const NOT_CAPABLE: i32 = 76;

/// The error of an action on `path`. Where a grant is missing it keeps WASI's text, by
/// which flow recognises it and says which grant.
pub fn failure(action: &str, error: &io::Error, path: &Path, span: Span) -> ShellError {
    let reason = if matches!(error.raw_os_error(), Some(NOT_PERMITTED | NOT_CAPABLE)) {
        error.to_string()
    } else if !grants::cover(path) {
        "no pre-opened file descriptor leads there".to_owned()
    } else {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::FileNotFound,
            kind => ErrorKind::from_std(kind),
        };
        return IoError::new(kind, span, path.to_owned()).into();
    };
    let path = path.display();
    GenericError::new(
        format!("cannot {action} `{path}`: {reason}"),
        "it was not granted to this agent",
        span,
    )
    .into()
}
