use std::collections::BTreeSet;

use crate::files::{Errno, Kind};

/// What an operation answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Count(u64),
    Bytes(Vec<u8>),
    Node(Kind, Option<u64>),
    Names(BTreeSet<Vec<u8>>),
}

pub(super) type Answered = Result<Answer, Errno>;

/// Kinds and sizes; that of a directory is the file system's own affair.
pub(super) fn node(kind: Kind, size: u64) -> Answer {
    Answer::Node(kind, (kind != Kind::Directory).then_some(size))
}
