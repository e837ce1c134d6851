//! Reads TOML values together with their places in the file.

use std::{ops::Range, path::Path};

use flow_contract::nearest;
use miette::NamedSource;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    content::Located,
    error::{InvalidManifest, ManifestError, Problem},
};

/// The text of a manifest, for finding places in it.
pub(super) struct Source<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

/// A value, its key with the table before it, and where it stands.
pub(super) struct Field<'a> {
    pub source: &'a Source<'a>,
    pub key: String,
    pub value: &'a Spanned<DeValue<'a>>,
}

impl Source<'_> {
    /// Line and column of a byte, both counted from 1.
    fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    pub fn locate<T>(&self, span: Range<usize>, value: T) -> Located<T> {
        let (line, column) = self.position(span.start);
        Located {
            value,
            line,
            column,
            span,
        }
    }

    pub fn error(&self, span: Range<usize>, problem: Problem) -> ManifestError {
        let (line, column) = self.position(span.start);
        ManifestError::Invalid(Box::new(InvalidManifest {
            problem,
            path: self.path.to_owned(),
            line,
            column,
            span: span.into(),
            source_code: NamedSource::new(self.path.display().to_string(), self.text.to_owned()),
        }))
    }

    /// The fields of `table` in the order of the file, all of whose keys have
    /// to be `known`.
    pub fn fields<'a>(
        &'a self,
        prefix: &str,
        table: &'a DeTable<'a>,
        known: &[&'static str],
    ) -> Result<Vec<(&'static str, Field<'a>)>, ManifestError> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut fields = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            let full = if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{prefix}.{name}")
            };
            let Some(known_name) = known.iter().copied().find(|known| *known == name) else {
                let near = nearest(known.iter().copied(), name);
                return Err(self.error(
                    key.span(),
                    Problem::UnknownKey {
                        key: full,
                        near,
                        known: known.to_vec(),
                    },
                ));
            };
            fields.push((
                known_name,
                Field {
                    source: self,
                    key: full,
                    value,
                },
            ));
        }
        Ok(fields)
    }
}

impl<'a> Field<'a> {
    pub fn wrong_type(&self, expected: &'static str) -> ManifestError {
        let found = self.value.get_ref().type_str();
        self.source.error(
            self.value.span(),
            Problem::WrongType {
                key: self.key.clone(),
                expected,
                found,
            },
        )
    }

    /// An error about the value, in the words of `cause`.
    pub fn refuse<E: miette::Diagnostic>(&self, cause: E) -> ManifestError {
        let help = cause
            .help()
            .map(|help| help.to_string())
            .unwrap_or_default();
        let problem = Problem::Value {
            key: self.key.clone(),
            message: cause.to_string(),
            help,
        };
        self.source.error(self.value.span(), problem)
    }

    pub fn table(&self) -> Result<&'a DeTable<'a>, ManifestError> {
        self.value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong_type("a table"))
    }

    pub fn string(&self) -> Result<&'a str, ManifestError> {
        self.value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.wrong_type("a string"))
    }

    pub fn located_string(&self) -> Result<Located<String>, ManifestError> {
        Ok(self
            .source
            .locate(self.value.span(), self.string()?.to_owned()))
    }

    /// A whole number above zero.
    pub fn count(&self) -> Result<u64, ManifestError> {
        let expected = "a whole number above zero";
        let integer = self
            .value
            .get_ref()
            .as_integer()
            .ok_or_else(|| self.wrong_type(expected))?;
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(count) if count > 0 => Ok(count),
            _ => {
                let message = format!("not {expected}: `{}`", integer.as_str());
                let problem = Problem::Value {
                    key: self.key.clone(),
                    message,
                    help: format!("write {expected}"),
                };
                Err(self.source.error(self.value.span(), problem))
            }
        }
    }

    /// The elements of an array, as fields with the array's key.
    pub fn elements(&self) -> Result<Vec<Field<'a>>, ManifestError> {
        let array = self
            .value
            .get_ref()
            .as_array()
            .ok_or_else(|| self.wrong_type("a list of strings"))?;
        Ok(array
            .iter()
            .map(|value| Field {
                source: self.source,
                key: self.key.clone(),
                value,
            })
            .collect())
    }
}
