//! Strings in TOML and where they stand.

use std::{ops::Range, path::Path, sync::Arc};

use miette::NamedSource;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::python::error::PythonError;

/// A text and what part of a file it is: the whole, or what stands behind the
/// `#` of comment lines.
#[derive(Debug, Clone)]
pub(super) struct Document<'a> {
    pub path: &'a Path,
    /// The whole file.
    pub file: &'a str,
    /// The TOML in it.
    pub toml: String,
    /// For each line of the TOML: where it begins in it, and where in the file.
    lines: Vec<(usize, usize)>,
}

/// A string and its bytes in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub text: String,
    pub span: Range<usize>,
}

impl<'a> Document<'a> {
    /// A file that is TOML.
    pub fn whole(path: &'a Path, file: &'a str) -> Document<'a> {
        Document {
            path,
            file,
            toml: file.to_owned(),
            lines: vec![(0, 0)],
        }
    }

    /// A file with TOML in it; `lines` are where each line of it begins, and
    /// the line.
    pub fn within(
        path: &'a Path,
        file: &'a str,
        lines: impl IntoIterator<Item = (usize, &'a str)>,
    ) -> Document<'a> {
        let mut document = Document {
            path,
            file,
            toml: String::new(),
            lines: Vec::new(),
        };
        for (start, line) in lines {
            document.lines.push((document.toml.len(), start));
            document.toml.push_str(line);
            document.toml.push('\n');
        }
        document
    }

    pub fn parse(&self) -> Result<Spanned<DeTable<'_>>, PythonError> {
        DeTable::parse(&self.toml).map_err(|error| {
            let span = self.in_file(error.span().unwrap_or_default());
            let problem = format!("not valid TOML: {}", error.message().trim_end());
            self.error(span, problem, "correct the file at this place".to_owned())
        })
    }

    /// The bytes of the file for those of the TOML.
    pub fn in_file(&self, span: Range<usize>) -> Range<usize> {
        let place = |byte: usize| {
            let line = self.lines.iter().rev().find(|(start, _)| *start <= byte);
            line.map_or(byte, |(start, place)| place + (byte - start))
        };
        let start = place(span.start);
        start..place(span.end).max(start)
    }

    pub fn placed(&self, span: Range<usize>, text: &str) -> Placed {
        Placed {
            text: text.to_owned(),
            span: self.in_file(span),
        }
    }

    /// An error about a string of this file.
    pub fn error(&self, span: Range<usize>, problem: String, help: String) -> PythonError {
        declaration(self.path, self.file, span, problem, help)
    }

    /// The string `key` of `table`.
    pub fn string(&self, table: &DeTable<'_>, key: &str) -> Result<Option<Placed>, PythonError> {
        let Some(value) = table.get(key) else {
            return Ok(None);
        };
        match value.get_ref().as_str() {
            Some(text) => Ok(Some(self.placed(value.span(), text))),
            None => Err(self.wrong_type(key, value, "a string")),
        }
    }

    /// The list of strings `key` of `table`; none where there is no such key.
    pub fn strings(&self, table: &DeTable<'_>, key: &str) -> Result<Vec<Placed>, PythonError> {
        const EXPECTED: &str = "a list of strings";
        let Some(value) = table.get(key) else {
            return Ok(Vec::new());
        };
        let elements = value.get_ref().as_array();
        let elements = elements.ok_or_else(|| self.wrong_type(key, value, EXPECTED))?;
        let texts = elements.iter().map(|element| {
            let text = element.get_ref().as_str();
            let text = text.ok_or_else(|| self.wrong_type(key, element, EXPECTED))?;
            Ok(self.placed(element.span(), text))
        });
        texts.collect()
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> PythonError {
        let found = value.get_ref().type_str();
        self.error(
            self.in_file(value.span()),
            format!("`{key}` has to be {expected}, not: {found}"),
            format!("write {expected}"),
        )
    }
}

/// An error about the bytes `span` of the file.
pub(super) fn declaration(
    path: &Path,
    file: &str,
    span: Range<usize>,
    problem: String,
    help: String,
) -> PythonError {
    let before = file.get(..span.start).unwrap_or(file);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    PythonError::Declaration {
        problem,
        help,
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column,
        source_code: Arc::new(NamedSource::new(
            path.display().to_string(),
            file.to_owned(),
        )),
        span: span.into(),
    }
}
