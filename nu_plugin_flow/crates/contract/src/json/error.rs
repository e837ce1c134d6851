//! Why an answer cannot be read.

use miette::Diagnostic;
use thiserror::Error;

use crate::fit::misfit::Misfit;
use crate::path::{MAXIMUM_DEPTH, Path};

/// Characters shown on each side of the place where JSON breaks off.
const EXCERPT_REACH: usize = 24;

/// An answer that is not what the contract says. Places are given as
/// `items.3.at`.
#[derive(Clone, Debug, PartialEq, Error, Diagnostic)]
pub enum DecodeError {
    /// No text at all.
    #[error("the answer is empty")]
    #[diagnostic(
        code(flow::json::empty),
        help("answer with one JSON value; for no record with `{{\"$emit\": []}}`")
    )]
    Empty,
    /// Text that is not JSON.
    #[error(
        "the answer is not JSON: {reason} at line {line}, column {column}{}: `{excerpt}`",
        path.place()
    )]
    #[diagnostic(
        code(flow::json::malformed),
        help("answer with one JSON value; write logs to stderr")
    )]
    Malformed {
        /// What the parser says.
        reason: String,
        /// From 1.
        line: usize,
        /// In bytes, from 1; 0 before a line's first.
        column: usize,
        /// The value that could not be read.
        path: Path,
        /// The text around the place.
        excerpt: String,
    },
    /// Bytes that are not text.
    #[error("the answer is not UTF-8: byte {offset} of {length}")]
    #[diagnostic(
        code(flow::json::not_utf8),
        help("encode the answer as UTF-8, or take it as bytes with `--output raw`")
    )]
    NotUtf8 {
        /// Of the first bad byte, from 0.
        offset: usize,
        /// Of the whole answer, in bytes.
        length: usize,
    },
    /// An integer that is no i64.
    #[error("integer out of range{}: an int has 64 bits", path.place())]
    #[diagnostic(
        code(flow::json::integer_out_of_range),
        help("answer with a string, or with a float such as `1e20`")
    )]
    IntegerOutOfRange {
        /// Where in the answer.
        path: Path,
    },
    /// Nested too deep.
    #[error("the answer is nested more than {MAXIMUM_DEPTH} levels deep{}", path.place())]
    #[diagnostic(code(flow::json::too_deep), help("answer with flatter data"))]
    TooDeep {
        /// Where in the answer.
        path: Path,
    },
    /// `$emit` beside other fields.
    #[error("`$emit` stands beside other fields")]
    #[diagnostic(
        code(flow::json::emit_not_alone),
        help("answer `{{\"$emit\": [...]}}` and nothing else for several records")
    )]
    EmitNotAlone,
    /// A whole answer that would be a list without an end.
    #[error("cannot hand a `range` to an agent")]
    #[diagnostic(
        code(flow::json::unsupported),
        help("give the range an end, or let it stream")
    )]
    Endless,
    /// A value that does not fit the signature, or a tag with a bad payload.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Misfit(Misfit),
}

impl DecodeError {
    pub(super) fn at(self, place: Path) -> DecodeError {
        match self {
            DecodeError::IntegerOutOfRange { .. } => DecodeError::IntegerOutOfRange { path: place },
            DecodeError::TooDeep { .. } => DecodeError::TooDeep { path: place },
            DecodeError::Misfit(misfit) => DecodeError::Misfit(misfit.within(place)),
            other => other,
        }
    }

    pub(crate) fn malformed(error: &serde_json::Error, text: &str, path: Path) -> DecodeError {
        if text.trim_ascii().is_empty() {
            return DecodeError::Empty;
        }
        let (line, column) = (error.line(), error.column());
        let told = error.to_string();
        let position = format!(" at line {line} column {column}");
        DecodeError::Malformed {
            reason: told.strip_suffix(&position).unwrap_or(&told).to_owned(),
            line,
            column,
            path,
            excerpt: excerpt(text, offset_of(text, line, column)),
        }
    }
}

/// The offset in bytes of a line and column as `serde_json` counts them.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    before + column.saturating_sub(1)
}

/// The text around `offset`, on one line, with what was left out as `…`.
fn excerpt(text: &str, offset: usize) -> String {
    let center = text.floor_char_boundary(offset);
    let (before, after) = text.split_at_checked(center).unwrap_or((text, ""));
    let start = before.char_indices().rev().take(EXCERPT_REACH).last();
    let start = start.map_or(center, |(index, _)| index);
    let end = after.char_indices().nth(EXCERPT_REACH);
    let end = end.map_or(text.len(), |(index, _)| center + index);
    let shown: String = text
        .get(start..end)
        .unwrap_or_default()
        .chars()
        .map(|shown| if shown.is_control() { ' ' } else { shown })
        .collect();
    let left_out = |missing: bool| if missing { "…" } else { "" };
    format!(
        "{}{shown}{}",
        left_out(start > 0),
        left_out(end < text.len())
    )
}
