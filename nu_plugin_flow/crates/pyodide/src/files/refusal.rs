use std::collections::VecDeque;

use super::{area::is_within, errno::Errno, path::lossy};

/// How many refusals are kept.
const KEPT: usize = 8;

/// Why the guest was refused a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No mount covers the path.
    NotGranted,
    /// The mount, or the interpreter's part of the tree, is read-only.
    ReadOnly,
    /// A symbolic link or `..` in a mount leads out of the granted directory.
    Outside,
    /// A pipe, socket or device of the host.
    Special,
}

/// A path that the guest asked for and was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// The absolute guest path, as text.
    pub path: String,
    /// Whether it was to be written or changed, so that reading would not do.
    pub write: bool,
    /// Why.
    pub reason: Reason,
}

/// What the guest wants of a path, which says how much a refusal matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To see whether and what it is: often a search through several places.
    Look,
    /// To read it or work in it.
    Open,
    /// To create, change or remove it.
    Change,
}

impl Purpose {
    fn writes(self) -> bool {
        self == Purpose::Change
    }
}

/// The last refusals.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// Of what the guest wanted to use.
    wanted: VecDeque<Refusal>,
    /// Of what it only looked for; of interest where there is nothing else.
    looked: VecDeque<Refusal>,
}

impl Refusals {
    pub(super) fn record(&mut self, path: &[u8], purpose: Purpose, reason: Reason) {
        if is_no_file(path) {
            return;
        }
        let list = if purpose == Purpose::Look || is_probe(path) {
            &mut self.looked
        } else {
            &mut self.wanted
        };
        let refusal = Refusal {
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                lossy(path)
            },
            write: purpose.writes(),
            reason,
        };
        list.retain(|earlier| *earlier != refusal);
        if list.len() == KEPT {
            list.pop_front();
        }
        list.push_back(refusal);
    }

    pub(super) fn take(&mut self) -> Vec<Refusal> {
        let wanted = std::mem::take(&mut self.wanted);
        let looked = std::mem::take(&mut self.looked);
        if wanted.is_empty() { looked } else { wanted }.into()
    }
}

/// The error for a path that is neither in memory nor in a mount, so that only
/// a grant could make it exist. Who searches is told that it is missing, which
/// lets fallbacks work; who wants to use it is told that it is not permitted.
pub(super) fn not_granted(path: &[u8], purpose: Purpose) -> Errno {
    if purpose == Purpose::Look || is_probe(path) {
        Errno::Noent
    } else {
        Errno::Acces
    }
}

/// What Python calls a source that is no file, such as `<unknown>`: it looks for
/// one all the same when it tells of an exception.
fn is_no_file(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    name.starts_with(b"<") && name.ends_with(b">")
}

/// Files that interpreters and libraries try to open in passing and do very
/// well without.
fn is_probe(path: &[u8]) -> bool {
    const NAMES: [&[u8]; 3] = [b"pyvenv.cfg", b"pybuilddir.txt", b"openssl.cnf"];
    const FOLDERS: [&[u8]; 4] = [
        b"/usr/share/zoneinfo",
        b"/usr/share/locale",
        b"/usr/local/ssl",
        b"/etc/ssl",
    ];
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    NAMES.contains(&name)
        || name.ends_with(b"._pth")
        || FOLDERS.iter().any(|folder| is_within(path, folder))
        || path
            .split(|byte| *byte == b'/')
            .any(|name| name == b"__pycache__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_only_looked_for_gives_way_to_what_was_wanted() {
        let mut refusals = Refusals::default();
        refusals.record(b"/a", Purpose::Look, Reason::NotGranted);
        let taken = refusals.take();
        assert_eq!(taken[0].path, "/a");
        assert!(refusals.take().is_empty());
        refusals.record(b"/a", Purpose::Look, Reason::NotGranted);
        refusals.record(b"/b", Purpose::Change, Reason::ReadOnly);
        refusals.record(b"/x/__pycache__/y", Purpose::Change, Reason::ReadOnly);
        let taken = refusals.take();
        assert_eq!(taken.len(), 1);
        assert!(taken[0].write);
    }

    #[test]
    fn only_the_last_ones_are_kept_and_each_once() {
        let mut refusals = Refusals::default();
        for number in 0..100 {
            let path = format!("/{number}");
            refusals.record(path.as_bytes(), Purpose::Open, Reason::NotGranted);
            refusals.record(b"/same", Purpose::Open, Reason::NotGranted);
        }
        let taken = refusals.take();
        assert_eq!(taken.len(), KEPT);
        assert_eq!(taken[KEPT - 1].path, "/same");
        assert_eq!(taken.iter().filter(|one| one.path == "/same").count(), 1);
    }
}
