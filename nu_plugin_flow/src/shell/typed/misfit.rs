//! Why a value does not fit a type.

use std::fmt;

use miette::Diagnostic;
use nu_protocol::{Record, Span, Type, Value};
use thiserror::Error;

use super::Expected;
use crate::shell::{MAXIMUM_DEPTH, Path, Segment, nearest};

/// A value that does not fit its type: where, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Error, Diagnostic)]
pub enum Misfit {
    /// A value of another type.
    #[error("wrong type{}: expected `{expected}`, got `{found}`", path.place())]
    #[diagnostic(code(flow::signature::wrong_type))]
    WrongType {
        /// Where in the value.
        path: Path,
        /// The type that was asked.
        expected: String,
        /// The type that came.
        found: String,
        /// The value that does not fit.
        span: Span,
        /// How to get there.
        #[help]
        help: Option<&'static str>,
    },
    /// A record lacks a field.
    #[error("missing field{}: `{name}` of type `{expected}`", path.place())]
    #[diagnostic(code(flow::signature::missing_field))]
    MissingField {
        /// The record.
        path: Path,
        /// The field that is not there.
        name: String,
        /// The type of the field.
        expected: String,
        /// The record that does not fit.
        span: Span,
        /// The fields that are there.
        #[help]
        help: Option<String>,
    },
    /// The right kind of value with content that stands for nothing.
    #[error("invalid `{expected}`{}: {reason}", path.place())]
    #[diagnostic(code(flow::signature::invalid_value))]
    Invalid {
        /// Where in the value.
        path: Path,
        /// The type that was asked.
        expected: String,
        /// What is wrong.
        reason: String,
        /// The value that does not fit.
        span: Span,
    },
}

impl Misfit {
    /// Where in the value.
    pub fn path(&self) -> &Path {
        match self {
            Misfit::WrongType { path, .. }
            | Misfit::MissingField { path, .. }
            | Misfit::Invalid { path, .. } => path,
        }
    }

    /// Where the value that does not fit comes from.
    pub fn span(&self) -> Span {
        match self {
            Misfit::WrongType { span, .. }
            | Misfit::MissingField { span, .. }
            | Misfit::Invalid { span, .. } => *span,
        }
    }

    /// The same misfit seen from one level further out.
    #[must_use]
    pub(crate) fn under(mut self, segment: Segment) -> Misfit {
        self.path_mut().push_outer(segment);
        self
    }

    /// The same misfit at a place that was gathered elsewhere.
    #[must_use]
    pub(crate) fn within(mut self, outer: Path) -> Misfit {
        self.path_mut().append_outer(outer);
        self
    }

    fn path_mut(&mut self) -> &mut Path {
        match self {
            Misfit::WrongType { path, .. }
            | Misfit::MissingField { path, .. }
            | Misfit::Invalid { path, .. } => path,
        }
    }

    pub(crate) fn wrong_type(expected: Expected<'_>, found: &Value) -> Misfit {
        Misfit::WrongType {
            path: Path::root(),
            expected: expected.to_string(),
            found: found.get_type_shallow().get_non_specified_string(),
            span: found.span(),
            help: None,
        }
    }

    /// As [`Misfit::wrong_type`], for a value that the user can convert.
    pub(crate) fn wrong_input(expected: Expected<'_>, found: &Value) -> Misfit {
        let mut misfit = Misfit::wrong_type(expected, found);
        if let Misfit::WrongType { help, .. } = &mut misfit {
            *help = conversion(expected, found);
        }
        misfit
    }

    pub(crate) fn too_deep(expected: Expected<'_>, found: &Value) -> Misfit {
        let reason = format!("nested more than {MAXIMUM_DEPTH} levels deep");
        Misfit::invalid(expected, found, &reason)
    }

    pub(crate) fn invalid(
        expected: Expected<'_>,
        found: &Value,
        reason: &dyn fmt::Display,
    ) -> Misfit {
        Misfit::Invalid {
            path: Path::root(),
            expected: expected.to_string(),
            reason: reason.to_string(),
            span: found.span(),
        }
    }

    pub(crate) fn missing(name: &str, expected: &Type, record: &Record, span: Span) -> Misfit {
        let help = match nearest(record.columns().map(String::as_str), name) {
            Some(near) => Some(format!("rename the field `{near}`")),
            None if record.is_empty() => None,
            None => {
                let columns: Vec<&str> = record.columns().map(String::as_str).take(20).collect();
                Some(format!("the record has: {}", columns.join(", ")))
            }
        };
        Misfit::MissingField {
            path: Path::root(),
            name: name.to_owned(),
            expected: expected.to_string(),
            span,
            help,
        }
    }
}

/// The command that turns one into the other, where there is one.
fn conversion(expected: Expected<'_>, found: &Value) -> Option<&'static str> {
    let Expected::Type(expected) = expected else {
        return None;
    };
    match (expected, found) {
        (Type::Date, Value::String { .. }) => Some("convert it with `into datetime`"),
        (Type::Duration, Value::String { .. } | Value::Int { .. }) => {
            Some("convert it with `into duration`")
        }
        (Type::Filesize, Value::String { .. } | Value::Int { .. }) => {
            Some("convert it with `into filesize`")
        }
        (Type::Int, Value::String { .. } | Value::Float { .. } | Value::Filesize { .. }) => {
            Some("convert it with `into int`")
        }
        (Type::Float | Type::Number, Value::String { .. }) => Some("convert it with `into float`"),
        (Type::Bool, Value::String { .. } | Value::Int { .. }) => {
            Some("convert it with `into bool`")
        }
        (Type::Binary, Value::String { .. }) => Some("convert it with `into binary`"),
        (Type::String, Value::Record { .. } | Value::List { .. }) => {
            Some("convert it with `to json`")
        }
        (Type::String, Value::Nothing { .. }) => Some("drop it or fill it in with `default`"),
        (Type::String, _) => Some("convert it with `into string`"),
        _ => None,
    }
}
