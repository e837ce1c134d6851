//! Why a value does not fit a type.

use std::fmt;

use miette::Diagnostic;
use thiserror::Error;

use super::expected::Expected;
use crate::near::nearest;
use crate::path::{MAXIMUM_DEPTH, Path, Segment};
use crate::signature::kind::Type;
use crate::values::{Values, View};

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

    pub(crate) fn wrong_type<V: Values>(expected: Expected<'_>, found: &View<'_, V>) -> Misfit {
        Misfit::WrongType {
            path: Path::root(),
            expected: expected.to_string(),
            found: found.name().to_owned(),
            help: None,
        }
    }

    /// As [`Misfit::wrong_type`], for a value that the user can convert.
    pub(crate) fn wrong_input<V: Values>(expected: Expected<'_>, found: &View<'_, V>) -> Misfit {
        let mut misfit = Misfit::wrong_type(expected, found);
        if let Misfit::WrongType { help, .. } = &mut misfit {
            *help = conversion(expected, found);
        }
        misfit
    }

    pub(crate) fn too_deep(expected: Expected<'_>) -> Misfit {
        let reason = format!("nested more than {MAXIMUM_DEPTH} levels deep");
        Misfit::invalid(expected, &reason)
    }

    pub(crate) fn invalid(expected: Expected<'_>, reason: &dyn fmt::Display) -> Misfit {
        Misfit::Invalid {
            path: Path::root(),
            expected: expected.to_string(),
            reason: reason.to_string(),
        }
    }

    /// `names` are the fields that are there.
    pub(crate) fn missing<'f>(
        name: &str,
        expected: &Type,
        names: impl Iterator<Item = &'f str>,
    ) -> Misfit {
        let names: Vec<&str> = names.collect();
        let help = match nearest(names.iter().copied(), name) {
            Some(near) => Some(format!("rename the field `{near}`")),
            None if names.is_empty() => None,
            None => {
                let shown: Vec<&str> = names.into_iter().take(20).collect();
                Some(format!("the record has: {}", shown.join(", ")))
            }
        };
        Misfit::MissingField {
            path: Path::root(),
            name: name.to_owned(),
            expected: expected.to_string(),
            help,
        }
    }
}

/// The command that turns one into the other, where there is one.
fn conversion<V: Values>(expected: Expected<'_>, found: &View<'_, V>) -> Option<&'static str> {
    let Expected::Type(expected) = expected else {
        return None;
    };
    match (expected, found) {
        (Type::Date, View::String(_)) => Some("convert it with `into datetime`"),
        (Type::Duration, View::String(_) | View::Int(_)) => Some("convert it with `into duration`"),
        (Type::Filesize, View::String(_) | View::Int(_)) => Some("convert it with `into filesize`"),
        (Type::Int, View::String(_) | View::Float | View::Filesize) => {
            Some("convert it with `into int`")
        }
        (Type::Float | Type::Number, View::String(_)) => Some("convert it with `into float`"),
        (Type::Bool, View::String(_) | View::Int(_)) => Some("convert it with `into bool`"),
        (Type::Binary, View::String(_)) => Some("convert it with `into binary`"),
        (Type::String, View::Record(_) | View::List(_)) => Some("convert it with `to json`"),
        (Type::String, View::Nothing) => Some("drop it or fill it in with `default`"),
        (Type::String, _) => Some("convert it with `into string`"),
        _ => None,
    }
}
