use serde::{Deserialize, Serialize};

/// Whose a path in memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    /// The guest may write there; what is missing is simply missing.
    Private,
    /// The interpreter's own: nobody writes; what is missing is simply missing.
    Interpreter,
    /// Everything else, which would exist or be writable only if granted.
    Open,
}

/// The paths, absolute and without a slash at the end, at which the private
/// areas and those of the interpreter begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Areas {
    private: Vec<String>,
    interpreter: Vec<String>,
}

impl Areas {
    pub(super) fn add_private(&mut self, path: &[u8]) {
        add(&mut self.private, path);
    }

    pub(super) fn add_interpreter(&mut self, path: &[u8]) {
        add(&mut self.interpreter, path);
    }

    /// The area of a canonical path; the longer prefix wins.
    pub(super) fn of(&self, path: &[u8]) -> Area {
        let private = longest(&self.private, path);
        let interpreter = longest(&self.interpreter, path);
        if private.is_none() && interpreter.is_none() {
            Area::Open
        } else if private >= interpreter {
            Area::Private
        } else {
            Area::Interpreter
        }
    }
}

fn add(list: &mut Vec<String>, path: &[u8]) {
    let path = String::from_utf8_lossy(path);
    let path = path.trim_end_matches('/').to_owned();
    if !list.contains(&path) {
        list.push(path);
    }
}

fn longest(list: &[String], path: &[u8]) -> Option<usize> {
    list.iter()
        .filter(|prefix| is_within(path, prefix.as_bytes()))
        .map(String::len)
        .max()
}

/// Whether a canonical path is `prefix` or below it. The root is empty.
pub(super) fn is_within(path: &[u8], prefix: &[u8]) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_prefix_wins_and_names_are_whole() {
        let mut areas = Areas::default();
        areas.add_private(b"/tmp/");
        areas.add_interpreter(b"/tmp/fixed");
        assert_eq!(areas.of(b"/tmp"), Area::Private);
        assert_eq!(areas.of(b"/tmp/x"), Area::Private);
        assert_eq!(areas.of(b"/tmp/fixed/x"), Area::Interpreter);
        assert_eq!(areas.of(b"/tmpx"), Area::Open);
        assert_eq!(areas.of(b""), Area::Open);
    }
}
