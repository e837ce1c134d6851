//! Why a value cannot pass a component's border.

use flow_contract::{Path, Segment, nearest};
use miette::Diagnostic;
use nu_protocol::Span;
use thiserror::Error;

/// A value that cannot become, or be made from, a component value. Places are
/// given as `items.3.at`, beginning with the name of the parameter.
#[derive(Clone, Debug, PartialEq, Error, Diagnostic)]
pub enum WitError {
    /// A value of another type.
    #[error("wrong type{}: expected `{expected}`, got `{found}`", path.place())]
    #[diagnostic(code(flow::call::wrong_type))]
    WrongType {
        /// Where in the value.
        path: Path,
        /// The WIT type.
        expected: String,
        /// The Nushell type.
        found: String,
        /// The value.
        span: Span,
    },
    /// A number that the type cannot hold.
    #[error("number out of range{}: `{found}` is no `{expected}`", path.place())]
    #[diagnostic(code(flow::call::out_of_range))]
    OutOfRange {
        /// Where in the value.
        path: Path,
        /// The type that cannot hold it: of WIT, or `int` of Nushell.
        expected: &'static str,
        /// The number.
        found: String,
        /// The value.
        span: Span,
    },
    /// A name that the type does not know: a case, flag or field.
    #[error("unknown {kind}{}: `{found}`", path.place())]
    #[diagnostic(code(flow::call::unknown_name))]
    UnknownName {
        /// Where in the value.
        path: Path,
        /// `case` or `flag`.
        kind: &'static str,
        /// What came.
        found: String,
        /// The value.
        span: Span,
        /// The nearest name, or all of them.
        #[help]
        help: String,
    },
    /// A record lacks a field.
    #[error("missing field{}: `{name}` of type `{expected}`", path.place())]
    #[diagnostic(code(flow::call::missing_field))]
    MissingField {
        /// The record.
        path: Path,
        /// The field.
        name: String,
        /// Its WIT type.
        expected: String,
        /// The record.
        span: Span,
        /// The nearest field that is there.
        #[help]
        help: Option<String>,
    },
    /// Another number of items than a tuple or fixed list has.
    #[error("wrong length{}: expected {expected} items, got {found}", path.place())]
    #[diagnostic(code(flow::call::wrong_length))]
    WrongLength {
        /// Where in the value.
        path: Path,
        /// How many there are to be.
        expected: usize,
        /// How many came.
        found: usize,
        /// The value.
        span: Span,
    },
    /// Another number of arguments than the function has parameters.
    #[error("wrong number of arguments: expected {expected}, got {found}")]
    #[diagnostic(code(flow::call::arguments), help("the function is `{signature}`"))]
    Arguments {
        /// How many there are to be.
        expected: usize,
        /// How many came.
        found: usize,
        /// The function as WIT text.
        signature: String,
        /// The call.
        span: Span,
    },
    /// A type without a Nushell value.
    #[error("no Nushell value for a `{kind}`{}", path.place())]
    #[diagnostic(
        code(flow::call::unsupported),
        help("call a function of plain data, or wrap this one in a component that has one")
    )]
    Unsupported {
        /// Where in the type.
        path: Path,
        /// `resource`, `stream`, `future` or `error-context`.
        kind: &'static str,
        /// The call.
        span: Span,
    },
    /// The component's value is not of the type that it declares.
    #[error("the component's value is not of its type{}: `{expected}`", path.place())]
    #[diagnostic(code(flow::call::mismatch), help("this is a fault of flow: report it"))]
    Mismatch {
        /// Where in the value.
        path: Path,
        /// The WIT type.
        expected: String,
        /// The call.
        span: Span,
    },
}

impl WitError {
    /// Where the value comes from, or the call.
    pub fn span(&self) -> Span {
        match self {
            WitError::WrongType { span, .. }
            | WitError::OutOfRange { span, .. }
            | WitError::UnknownName { span, .. }
            | WitError::MissingField { span, .. }
            | WitError::WrongLength { span, .. }
            | WitError::Arguments { span, .. }
            | WitError::Unsupported { span, .. }
            | WitError::Mismatch { span, .. } => *span,
        }
    }

    /// The same error seen from one level further out.
    #[must_use]
    pub(super) fn under(mut self, segment: Segment) -> WitError {
        match &mut self {
            WitError::WrongType { path, .. }
            | WitError::OutOfRange { path, .. }
            | WitError::UnknownName { path, .. }
            | WitError::MissingField { path, .. }
            | WitError::WrongLength { path, .. }
            | WitError::Unsupported { path, .. }
            | WitError::Mismatch { path, .. } => path.push_outer(segment),
            WitError::Arguments { .. } => {}
        }
        self
    }

    pub(super) fn unknown(
        kind: &'static str,
        found: &str,
        known: &[String],
        span: Span,
    ) -> WitError {
        let help = match nearest(known.iter().map(String::as_str), found) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of: {}", known.join(", ")),
        };
        WitError::UnknownName {
            path: Path::root(),
            kind,
            found: found.to_owned(),
            span,
            help,
        }
    }
}

/// Names the field of a record on an error's way out.
pub(super) fn in_field(name: &str) -> impl FnOnce(WitError) -> WitError {
    let segment = Segment::Field(name.to_owned());
    move |error| error.under(segment)
}

/// Names the item of a list on an error's way out.
pub(super) fn in_item(index: usize) -> impl FnOnce(WitError) -> WitError {
    move |error| error.under(Segment::Index(index))
}
