use proptest::{collection::vec, prelude::*, sample::select};

use crate::files::{
    O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY,
};

#[derive(Debug, Clone)]
pub(super) enum Step {
    Open(String, u32),
    Close(usize),
    Read(usize, usize),
    Write(usize, Vec<u8>),
    Pwrite(usize, Vec<u8>, i64),
    Seek(usize, i64, i32),
    Cut(usize, i64),
    Length(usize),
    Mkdir(String),
    Rmdir(String),
    Unlink(String),
    Rename(String, String),
    Symlink(String, String),
    Readlink(String),
    Stat(String),
    Lstat(String),
    Access(String),
    List(String),
    Truncate(String, i64),
}

fn path() -> impl Strategy<Value = String> {
    let name = || select(vec!["a", "b", "c", "d"]);
    let part = prop_oneof![
        6 => name().prop_map(str::to_owned),
        1 => name().prop_map(|name| format!("{name}/..")),
        1 => name().prop_map(|name| format!("./{name}")),
        1 => name().prop_map(|name| format!("{name}/.")),
    ];
    (vec(part, 1..4), prop::bool::weighted(0.15)).prop_map(|(parts, slash)| {
        let end = if slash { "/" } else { "" };
        format!("{}{end}", parts.join("/"))
    })
}

fn flags() -> impl Strategy<Value = u32> {
    let extra = select(vec![
        0,
        0,
        O_CREAT,
        O_CREAT,
        O_CREAT | O_EXCL,
        O_CREAT | O_TRUNC,
        O_CREAT | O_APPEND,
        O_TRUNC | O_APPEND,
        O_TRUNC,
        O_APPEND,
        O_DIRECTORY,
        O_NOFOLLOW,
        O_CREAT | O_NOFOLLOW,
        O_DIRECTORY | O_NOFOLLOW,
    ]);
    (select(vec![O_RDONLY, O_WRONLY, O_RDWR, O_RDWR]), extra)
        // To cut what is only read is not defined.
        .prop_map(|(access, extra)| match access {
            O_RDONLY => extra & !O_TRUNC,
            _ => access | extra,
        })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let bytes = || vec(any::<u8>(), 0..20);
    prop_oneof![
        6 => (path(), flags()).prop_map(|(path, flags)| Step::Open(path, flags)),
        2 => (0..3usize).prop_map(Step::Close),
        3 => (0..3usize, 0..30usize).prop_map(|(open, count)| Step::Read(open, count)),
        4 => (0..3usize, bytes()).prop_map(|(open, bytes)| Step::Write(open, bytes)),
        1 => (0..3usize, bytes(), -1..40i64)
            .prop_map(|(open, bytes, at)| Step::Pwrite(open, bytes, at)),
        2 => (0..3usize, -10..40i64, 0..3i32)
            .prop_map(|(open, offset, whence)| Step::Seek(open, offset, whence)),
        1 => (0..3usize, -1..50i64).prop_map(|(open, length)| Step::Cut(open, length)),
        1 => (0..3usize).prop_map(Step::Length),
        5 => path().prop_map(Step::Mkdir),
        2 => path().prop_map(Step::Rmdir),
        2 => path().prop_map(Step::Unlink),
        4 => (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
        3 => (path(), path()).prop_map(|(target, path)| {
            // To create a file through `link -> name/` is odd, and differs.
            Step::Symlink(target.trim_end_matches('/').to_owned(), path)
        }),
        1 => path().prop_map(Step::Readlink),
        2 => path().prop_map(Step::Stat),
        2 => path().prop_map(Step::Lstat),
        1 => path().prop_map(Step::Access),
        1 => path().prop_map(Step::List),
        1 => (path(), -1..50i64).prop_map(|(path, length)| Step::Truncate(path, length)),
    ]
}

impl Step {
    pub(super) fn paths(&self) -> Vec<&str> {
        match self {
            Step::Open(path, _)
            | Step::Mkdir(path)
            | Step::Rmdir(path)
            | Step::Unlink(path)
            | Step::Readlink(path)
            | Step::Stat(path)
            | Step::Lstat(path)
            | Step::Access(path)
            | Step::List(path)
            | Step::Truncate(path, _) => vec![path],
            Step::Rename(from, to) => vec![from, to],
            Step::Symlink(_, path) => vec![path],
            _ => Vec::new(),
        }
    }
}
