//! What steps leave, and under which names it is published.

use std::io;

/// The name of the only part of an artifact that is a component.
pub(crate) const COMPONENT: &str = "agent.wasm";

/// The name of the only part of an artifact that is a bundle.
pub(crate) const BUNDLE: &str = "agent.bundle";

pub(crate) fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// An agent's name as a file name: manifests may contain any text.
pub(crate) fn file_name(agent: &str) -> String {
    let plain = |letter: char| {
        if letter.is_alphanumeric() || "-_".contains(letter) {
            letter
        } else {
            '-'
        }
    };
    agent.chars().map(plain).collect()
}
