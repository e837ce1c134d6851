//! The errors in what Go and TinyGo write to stderr.

use std::{fs, path::Path};

use crate::diagnostics::{Level, Message};

/// Beginnings of lines that tell what is being done.
const PROGRESS: &[&str] = &[
    "go: downloading ",
    "go: finding ",
    "go: extracting ",
    "go: added ",
];

/// All errors, by place and without repetitions. Lines that begin with a tab go on
/// with the one before; those that begin with `#` name the package that follows.
pub(super) fn read(stderr: &str, seen: &Path, root: &Path) -> Vec<Message> {
    let mut texts: Vec<String> = Vec::new();
    for line in stderr.lines() {
        match texts.last_mut() {
            Some(last) if line.starts_with('\t') => {
                *last = format!("{last}\n{line}");
            }
            _ if line.starts_with('#') || line.trim().is_empty() => {}
            _ if PROGRESS.iter().any(|beginning| line.starts_with(beginning)) => {}
            // What it is about follows, line by line.
            _ if line.ends_with("errors parsing go.mod:") => {}
            _ => texts.push(line.to_owned()),
        }
    }
    let mut messages: Vec<Message> = texts.iter().map(|text| message(text, seen, root)).collect();
    messages.sort();
    messages.dedup();
    messages
}

fn message(text: &str, seen: &Path, root: &Path) -> Message {
    let Some((file, line, column, said)) = place(text) else {
        return Message {
            place: None,
            level: Level::Error,
            message: one_line(
                text.trim_start_matches("go: ")
                    .trim_start_matches("error: "),
            ),
            code: None,
            rendered: text.to_owned(),
        };
    };
    let file = file.strip_prefix("./").unwrap_or(file);
    let file = Path::new(file)
        .strip_prefix(seen)
        .unwrap_or(Path::new(file));
    let source = fs::read_to_string(root.join(file)).unwrap_or_default();
    let column = characters(&source, line, column);
    let path = file.display().to_string();
    let mut message = Message::at(&path, &source, line, column, &one_line(said));
    if let Some((_, more)) = said.split_once('\n') {
        message.rendered = format!("{}{more}\n", message.rendered);
    }
    message
}

/// File, line, column in bytes, and the text of `path:line:column: text`; a
/// `go.mod` has no columns.
fn place(text: &str) -> Option<(&str, usize, usize, &str)> {
    let (before, said) = text.split_once(": ")?;
    let (rest, last) = before.rsplit_once(':')?;
    let last = last.parse().ok()?;
    match rest
        .rsplit_once(':')
        .map(|(file, line)| (file, line.parse()))
    {
        Some((file, Ok(line))) => Some((file, line, last, said)),
        _ => Some((rest, last, 1, said)),
    }
}

/// A column in characters, for one in bytes; both begin with 1.
fn characters(source: &str, line: usize, column: usize) -> usize {
    let text = source
        .lines()
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    match text.get(..column.saturating_sub(1)) {
        Some(before) => before.chars().count() + 1,
        None => column,
    }
}

/// What is said in several lines, in one.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As recorded with Go 1.26.6 and TinyGo 0.33.
    const RECORDED: &str = "go: downloading example.org/x v1.0.0
# agent/score
./main.go:2:11: undefined: é
./main.go:1:5: cannot use list (variable of type []int) as []string value in argument to join:
\thave ([]int)
\twant ([]string)
./main.go:1:5: cannot use list (variable of type []int) as []string value in argument to join:
\thave ([]int)
\twant ([]string)
/seen/lib/lib.go:7:2: no required module provides package example.org/y; to add it:
\tgo get example.org/y
go: errors parsing go.mod:
go.mod:4: unknown directive: bogus
go: go.mod requires go >= 1.99 (running go 1.26.6; GOTOOLCHAIN=local)
wasm-ld: error: unknown import
error: could not find 'go' command: executable file not found in $PATH
";

    #[test]
    fn errors_have_their_places_and_those_without_one_are_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.go"), "one line\n\tλ := 3; é()\n").unwrap();
        let messages = read(RECORDED, Path::new("/seen"), folder.path());
        let rows: Vec<String> = messages
            .iter()
            .map(|message| {
                let place = message.place.as_ref();
                let place = place.map(|place| {
                    format!("{}:{}:{}", place.file.display(), place.line, place.column)
                });
                format!("{} | {}", place.unwrap_or_default(), message.message)
            })
            .collect();
        insta::assert_snapshot!(rows.join("\n"));
        let shown = messages
            .iter()
            .find(|message| message.rendered.contains("have ([]int)"));
        insta::assert_snapshot!(shown.unwrap().rendered);
    }
}
