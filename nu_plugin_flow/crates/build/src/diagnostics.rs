//! A compiler's messages as rows.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    string::FromUtf8Error,
};

use serde::Deserialize;

use crate::interpreter::SyntaxProblem;

/// How bad a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The build fails.
    Error,
    /// It does not.
    Warning,
}

impl Level {
    /// The level in lowercase, as shown in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// One message of a compiler.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// The place, unless it is about the whole.
    pub place: Option<Place>,
    /// How bad it is.
    pub level: Level,
    /// One line.
    pub message: String,
    /// The compiler's code, such as `E0308`.
    pub code: Option<String>,
    /// The whole message as the compiler shows it, without colours.
    pub rendered: String,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Relative to the agent's folder, where it is below it.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// First byte in the file.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl Message {
    /// An error of an interpreter at a place of the file called `path`, whose
    /// text is `text`. Line and column are counted from 1; the place reaches to
    /// the end of the line.
    pub(crate) fn at(path: &str, text: &str, line: usize, column: usize, message: &str) -> Message {
        let line_start: usize = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let shown = text.get(line_start..).unwrap_or_default();
        let shown = shown.lines().next().unwrap_or_default();
        let before: usize = shown
            .chars()
            .take(column.saturating_sub(1))
            .map(char::len_utf8)
            .sum();
        let indent = " ".repeat(column.saturating_sub(1).min(shown.chars().count()));
        Message {
            place: Some(Place {
                file: PathBuf::from(path),
                line,
                column,
                start: line_start + before,
                end: line_start + shown.trim_end().len().max(before),
            }),
            level: Level::Error,
            message: message.to_owned(),
            code: None,
            rendered: format!(
                "error: {message}\n  --> {path}:{line}:{column}\n{shown}\n{indent}^\n"
            ),
        }
    }

    /// What an interpreter says of the file called `path`, whose text is `text`.
    pub(crate) fn problem(path: &str, text: &str, problem: &SyntaxProblem) -> Message {
        Message::at(path, text, problem.line, problem.column, &problem.message)
    }

    /// An error at the first byte of the file called `path` that is not UTF-8.
    pub(crate) fn not_utf8(path: &str, error: &FromUtf8Error) -> Message {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let text = String::from_utf8_lossy(before);
        let line_start = text.rfind('\n').map_or(0, |at| at + 1);
        let column = text.get(line_start..).unwrap_or_default().chars().count() + 1;
        let line = text.matches('\n').count() + 1;
        let message = "not valid UTF-8: save the file as UTF-8";
        Message::at(path, &text, line, column, message)
    }
}

impl Place {
    /// The bytes of the place.
    pub fn span(&self) -> Range<usize> {
        self.start..self.end.max(self.start)
    }
}

#[derive(Deserialize)]
struct Line {
    reason: String,
    message: Option<CargoMessage>,
}

#[derive(Deserialize)]
struct CargoMessage {
    message: String,
    level: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    column_start: usize,
    byte_start: usize,
    byte_end: usize,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

/// The errors and warnings in the output of `cargo --message-format=json`, by
/// place and without repetitions. Lines that are something else are skipped.
pub fn from_cargo(stdout: &[u8], root: &Path) -> Vec<Message> {
    let lines = stdout.split(|byte| *byte == b'\n');
    let mut messages: Vec<Message> = lines
        .filter_map(|line| serde_json::from_slice::<Line>(line).ok())
        .filter(|line| line.reason == "compiler-message")
        .filter_map(|line| message(line.message?, root))
        .collect();
    messages.sort();
    messages.dedup_by(|a, b| (&a.place, a.level, &a.message) == (&b.place, b.level, &b.message));
    messages
}

fn message(message: CargoMessage, root: &Path) -> Option<Message> {
    let level = match message.level.as_str() {
        "error" | "error: internal compiler error" => Level::Error,
        "warning" => Level::Warning,
        _ => return None,
    };
    let place = message
        .spans
        .into_iter()
        .find(|span| span.is_primary)
        .map(|span| place(span, root));
    // The sum at the end ("aborting due to 2 previous errors") is no message.
    if place.is_none()
        && (message.message.starts_with("aborting due to") || level == Level::Warning)
    {
        return None;
    }
    let rendered = message.rendered.unwrap_or_else(|| message.message.clone());
    Some(Message {
        place,
        level,
        message: message.message,
        code: message.code.map(|code| code.code),
        rendered,
    })
}

/// The place where the author wrote it: outside of all macros.
fn place(mut span: Span, root: &Path) -> Place {
    while let Some(expansion) = span.expansion {
        span = expansion.span;
    }
    let file = PathBuf::from(span.file_name);
    Place {
        file: file.strip_prefix(root).map(Path::to_owned).unwrap_or(file),
        line: span.line_start,
        column: span.column_start,
        start: span.byte_start,
        end: span.byte_end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: &str, message: &str, spans: &str) -> String {
        format!(
            r#"{{"reason":"compiler-message","message":{{"message":"{message}","level":"{level}","code":{{"code":"E0308"}},"spans":[{spans}],"rendered":"shown"}}}}"#
        )
    }

    fn span(file: &str, line: usize, expansion: &str) -> String {
        format!(
            r#"{{"file_name":"{file}","line_start":{line},"column_start":5,"byte_start":30,"byte_end":33,"is_primary":true,"expansion":{expansion}}}"#
        )
    }

    #[test]
    fn messages_are_sorted_and_not_repeated_and_their_files_relative() {
        let stdout = [
            "    Compiling a".to_owned(),
            r#"{"reason":"compiler-artifact","filenames":[]}"#.to_owned(),
            line("warning", "unused", &span("src/lib.rs", 9, "null")),
            line(
                "error",
                "mismatched types",
                &span("/project/src/lib.rs", 3, "null"),
            ),
            line("error", "mismatched types", &span("src/lib.rs", 3, "null")),
            line("error", "aborting due to 1 previous error", ""),
            line("warning", "1 warning emitted", ""),
            line("failure-note", "for more information", ""),
            line("error", "linking failed", ""),
        ]
        .join("\n");
        let rows: Vec<_> = from_cargo(stdout.as_bytes(), Path::new("/project"))
            .into_iter()
            .map(|message| {
                (
                    message
                        .place
                        .map(|place| (place.file, place.line, place.column)),
                    message.level.as_str(),
                    message.message,
                )
            })
            .collect();
        let file = PathBuf::from("src/lib.rs");
        assert_eq!(
            rows,
            [
                (None, "error", "linking failed".to_owned()),
                (
                    Some((file.clone(), 3, 5)),
                    "error",
                    "mismatched types".to_owned()
                ),
                (Some((file, 9, 5)), "warning", "unused".to_owned()),
            ]
        );
    }

    #[test]
    fn an_error_inside_a_macro_is_at_its_call() {
        let call = format!(r#"{{"span":{}}}"#, span("src/lib.rs", 40, "null"));
        let stdout = line(
            "error",
            "no such function",
            &span(".flow/sdk/rust/src/lib.rs", 7, &call),
        );
        let messages = from_cargo(stdout.as_bytes(), Path::new("/project"));
        let place = messages[0].place.clone().unwrap();
        assert_eq!((place.file, place.line), (PathBuf::from("src/lib.rs"), 40));
    }
}
