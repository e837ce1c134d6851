//! Nushell's errors as text: the message, and its labels with the user's files and lines.

use std::fmt::{self, Write};
use std::path::{Component, Path, PathBuf};

use miette::{Diagnostic, LabeledSpan};
use nu_protocol::engine::{CachedFile, EngineState, StateWorkingSet};
use nu_protocol::{ShellError, Span};

use crate::bindings::exports::flow::engine::program::Problem;
use crate::virtual_files::FOLDER;

/// The most causes of an error that are written.
const CAUSES: usize = 4;

/// Nushell's own message for it asks the user to file an issue.
const EXIT: &str =
    "`exit` ends a program, and a source with `handle` is none: use `return`, or `error make`";

/// A place in one of the user's files.
struct Place<'f> {
    path: String,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
    /// The text of the line.
    text: &'f str,
    /// Characters under the label.
    length: usize,
}

/// An error while a program runs, for the person who runs it.
pub fn sentence(engine: &EngineState, error: &ShellError) -> String {
    if matches!(innermost(error), ShellError::Exit { .. }) {
        return EXIT.to_owned();
    }
    let state = StateWorkingSet::new(engine);
    let mut text = String::new();
    write(&state, innermost(error), 0, &mut text);
    text.truncate(text.trim_end().len());
    text
}

/// An error in a source, with its place.
pub fn of_source(state: &StateWorkingSet, error: &dyn Diagnostic, entry: &str) -> Problem {
    describe(state, error, entry)
}

/// An error while the top level of a program runs, with its place.
pub fn running(engine: &EngineState, error: &ShellError, entry: &str) -> Problem {
    match innermost(error) {
        ShellError::Exit { .. } => general(EXIT, entry),
        error => describe(&StateWorkingSet::new(engine), error, entry),
    }
}

/// A problem with no place.
pub fn general(message: impl Into<String>, entry: &str) -> Problem {
    Problem {
        message: message.into(),
        path: entry.to_owned(),
        line: 0,
        column: 0,
    }
}

fn describe(state: &StateWorkingSet, error: &dyn Diagnostic, entry: &str) -> Problem {
    let labels: Vec<_> = error.labels().into_iter().flatten().collect();
    let mut placed = labels
        .iter()
        .filter_map(|label| Some((label, place(state, error, label)?)));
    let found = placed.next();
    let label = found.as_ref().map(|(label, _)| *label).or(labels.first());
    let mut message = joined(
        error,
        label.and_then(LabeledSpan::label).unwrap_or_default(),
    );
    message.truncate(message.trim_end_matches('.').len());
    if let Some(help) = error.help() {
        message = format!("{message} (help: {help})");
    }
    let cause = error.related().and_then(|mut causes| causes.next());
    match found {
        None => match cause.map(|cause| describe(state, cause, entry)) {
            Some(cause) => Problem {
                message: format!("{message}: {}", cause.message),
                ..cause
            },
            None => general(message, entry),
        },
        Some((_, place)) => Problem {
            message,
            path: place.path,
            line: place.line,
            column: place.column,
        },
    }
}

/// The error itself, without those that only say through which blocks it came.
fn innermost(error: &ShellError) -> &ShellError {
    match error {
        ShellError::EvalBlockWithInput { sources, .. } => sources.first().map_or(error, innermost),
        other => other,
    }
}

fn write(state: &StateWorkingSet, error: &dyn Diagnostic, depth: usize, text: &mut String) {
    let labels: Vec<_> = error.labels().into_iter().flatten().collect();
    let placed: Vec<_> = labels
        .iter()
        .filter_map(|label| {
            Some((
                place(state, error, label)?,
                label.label().unwrap_or_default(),
            ))
        })
        .collect();
    // A label outside of the user's files is written without a place.
    let general = labels.first().and_then(LabeledSpan::label);
    let general = general.filter(|_| placed.is_empty()).unwrap_or_default();
    let _ = writeln!(text, "{}", joined(error, general));
    for (place, label) in &placed {
        let _ = writeln!(text, "{}", Labelled(place, label));
    }
    if let Some(help) = error.help() {
        let _ = writeln!(text, "help: {help}");
    }
    // An error that has both reports the same causes in both.
    let mut related = error.related().into_iter().flatten().peekable();
    let source = error.diagnostic_source();
    let source = source.filter(|_| related.peek().is_none());
    for cause in related.chain(source).take(CAUSES.saturating_sub(depth)) {
        write(state, cause, depth + 1, text);
    }
}

/// The message of `error`, and its label where that says more.
fn joined(error: &dyn Diagnostic, label: &str) -> String {
    let folder = format!("{FOLDER}/");
    let message = error.to_string().replace(&folder, "");
    let label = label.trim_end();
    let plain = |text: &str| text.trim_end_matches('.').to_lowercase();
    if plain(&message).contains(&plain(label)) {
        return message;
    }
    format!("{}: {label}", message.trim_end_matches(['.', ':']))
}

struct Labelled<'f>(&'f Place<'f>, &'f str);

impl fmt::Display for Labelled<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(place, label) = self;
        let number = place.line.to_string();
        write!(
            formatter,
            "  {}:{}:{}",
            place.path, place.line, place.column
        )?;
        if !label.is_empty() {
            write!(formatter, ": {label}")?;
        }
        let before = place.column as usize - 1;
        write!(
            formatter,
            "\n    {number} | {}\n    {:width$} | {:before$}{}",
            place.text,
            "",
            "",
            "^".repeat(place.length.max(1)),
            width = number.len(),
        )
    }
}

/// The place of a label in the user's files; none where it is elsewhere.
fn place<'s>(
    state: &'s StateWorkingSet,
    error: &dyn Diagnostic,
    label: &LabeledSpan,
) -> Option<Place<'s>> {
    // The error brings a source of its own: a line of Nushell's.
    if error.source_code().is_some() {
        return None;
    }
    let span = Span::new(label.offset(), label.offset() + label.len());
    let file = user_file(state, span)?;
    let text = std::str::from_utf8(&file.content).ok()?;
    let start = span.start - file.covered_span.start;
    let before = text.get(..start)?;
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(begin..)?.lines().next().unwrap_or_default();
    let meant = line.get(start - begin..).unwrap_or_default();
    let meant = meant.get(..label.len()).unwrap_or(meant);
    Some(Place {
        path: path_of(&file.name),
        line: u32::try_from(before.matches('\n').count() + 1).ok()?,
        column: u32::try_from(before.get(begin..)?.chars().count() + 1).ok()?,
        text: line,
        length: meant.chars().count(),
    })
}

/// The path in the agent's folder, without the `..` through which it was reached.
fn path_of(name: &str) -> String {
    let mut path = PathBuf::new();
    for part in Path::new(name).components().skip(2) {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path.to_string_lossy().into_owned()
}

/// Whether `span` is in one of the user's files.
pub fn is_of_user(state: &StateWorkingSet, span: Span) -> bool {
    user_file(state, span).is_some()
}

fn user_file<'s>(state: &'s StateWorkingSet, span: Span) -> Option<&'s CachedFile> {
    state
        .files()
        .find(|file| file.covered_span.contains_span(span) && file.name.starts_with(FOLDER))
}

/// The problem with its place in front, as compilers write it.
pub fn written(problem: &Problem) -> String {
    let Problem {
        path,
        line,
        column,
        message,
    } = problem;
    match line {
        0 => format!("{path}: {message}"),
        line => format!("{path}:{line}:{column}: {message}"),
    }
}
