//! Nushell values to JSON text.

use std::cell::RefCell;

use flow_contract::{MAXIMUM_DEPTH, Path, Segment, Tag, Tagging, Tags};
use miette::Diagnostic;
use nu_protocol::{ShellError, Signals, Span, Value};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::shell::values::AtSpan;

/// A value that JSON cannot carry.
#[derive(Debug, Error, Diagnostic)]
pub enum EncodeError {
    /// A closure, or something else that is no data.
    #[error("cannot hand a `{kind}` to an agent{}", path.place())]
    #[diagnostic(code(flow::json::unsupported))]
    Unsupported {
        /// Where in the value.
        path: Path,
        /// The type that came.
        kind: String,
        /// The value.
        span: Span,
        /// How to get around it.
        #[help]
        help: &'static str,
    },
    /// An error among the input.
    #[error("the input holds an error{}: {error}", path.place())]
    #[diagnostic(code(flow::json::error_value), help("skip it with `where` or `try`"))]
    ErrorValue {
        /// Where in the value.
        path: Path,
        /// The error itself.
        #[source]
        error: Box<ShellError>,
        /// The value.
        span: Span,
    },
    /// Nested too deep.
    #[error("the input is nested more than {MAXIMUM_DEPTH} levels deep{}", path.place())]
    #[diagnostic(
        code(flow::json::too_deep),
        help("flatten it, or hand it over as text")
    )]
    TooDeep {
        /// Where in the value.
        path: Path,
        /// The value.
        span: Span,
    },
    /// Anything that serialization itself refuses.
    #[error("cannot write the input as JSON: {reason}")]
    #[diagnostic(code(flow::json::write))]
    Write {
        /// What was refused.
        reason: String,
        /// The value.
        span: Span,
    },
}

impl EncodeError {
    /// Where the value that cannot be written comes from.
    pub fn span(&self) -> Span {
        match self {
            EncodeError::Unsupported { span, .. }
            | EncodeError::ErrorValue { span, .. }
            | EncodeError::TooDeep { span, .. }
            | EncodeError::Write { span, .. } => *span,
        }
    }

    fn at(mut self, place: Path) -> EncodeError {
        match &mut self {
            EncodeError::Unsupported { path, .. }
            | EncodeError::ErrorValue { path, .. }
            | EncodeError::TooDeep { path, .. } => *path = place,
            EncodeError::Write { .. } => {}
        }
        self
    }
}

/// Appends `value` to `text` as one line of JSON, in UTF-8, without a line
/// feed. A range that is the value as a whole becomes a list.
///
/// # Errors
/// Where `value` holds what JSON cannot carry; `text` is then as it was.
pub fn encode(value: &Value, tagging: Tagging<'_>, text: &mut Vec<u8>) -> Result<(), EncodeError> {
    let trouble = RefCell::new(Trouble::default());
    let before = text.len();
    let json = Json {
        value,
        tags: Tags::of(tagging),
        trouble: &trouble,
        depth: 0,
    };
    let Err(error) = serde_json::to_writer(&mut *text, &json) else {
        return Ok(());
    };
    text.truncate(before);
    let Trouble { error: known, path } = trouble.into_inner();
    Err(match known {
        Some(known) => known.at(path),
        None => EncodeError::Write {
            reason: error.to_string(),
            span: value.span(),
        },
    })
}

/// What went wrong, and where: gathered on the way out of an error, since the
/// serializer's own errors carry text only.
#[derive(Default)]
struct Trouble {
    error: Option<EncodeError>,
    path: Path,
}

#[derive(Clone, Copy)]
struct Json<'v> {
    value: &'v Value,
    tags: Tags<'v>,
    trouble: &'v RefCell<Trouble>,
    depth: usize,
}

impl<'v> Json<'v> {
    fn inner(&self, value: &'v Value, tags: Tags<'v>) -> Json<'v> {
        Json {
            value,
            tags,
            depth: self.depth + 1,
            ..*self
        }
    }

    fn refuse<E: serde::ser::Error>(&self, error: EncodeError) -> E {
        self.trouble.borrow_mut().error = Some(error);
        E::custom("refused")
    }

    fn unsupported<E: serde::ser::Error>(&self, help: &'static str) -> E {
        self.refuse(EncodeError::Unsupported {
            path: Path::root(),
            kind: self.value.get_type_shallow().get_non_specified_string(),
            span: self.value.span(),
            help,
        })
    }

    fn note<T, E>(&self, result: Result<T, E>, segment: impl FnOnce() -> Segment) -> Result<T, E> {
        if result.is_err() {
            self.trouble.borrow_mut().path.push_outer(segment());
        }
        result
    }

    fn list<S: Serializer>(&self, serializer: S, items: &[Value]) -> Result<S::Ok, S::Error> {
        let tags = self.tags.item();
        let mut list = serializer.serialize_seq(Some(items.len()))?;
        for (index, item) in items.iter().enumerate() {
            let written = list.serialize_element(&self.inner(item, tags));
            self.note(written, || Segment::Index(index))?;
        }
        list.end()
    }

    fn record<S: Serializer>(
        &self,
        serializer: S,
        record: &nu_protocol::Record,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(record.len()))?;
        for (position, (name, value)) in record.iter().enumerate() {
            let tags = self.tags.column(name, position);
            let written = map.serialize_entry(name, &self.inner(value, tags));
            self.note(written, || Segment::Field(name.clone()))?;
        }
        map.end()
    }

    fn range<S: Serializer>(
        &self,
        serializer: S,
        range: &nu_protocol::Range,
    ) -> Result<S::Ok, S::Error> {
        if self.depth > 0 {
            return serializer.collect_str(range);
        }
        if !range.is_bounded() {
            return Err(self.unsupported("give the range an end, or let it stream"));
        }
        let items = (*range).into_range_iter(self.value.span(), Signals::empty());
        let mut list = serializer.serialize_seq(None)?;
        for item in items {
            list.serialize_element(&self.inner(&item, Tags::NEVER))?;
        }
        list.end()
    }

    fn custom<S: Serializer>(
        &self,
        serializer: S,
        custom: &dyn nu_protocol::CustomValue,
    ) -> Result<S::Ok, S::Error> {
        match custom.to_base_value(self.value.span()) {
            Ok(base) => self.inner(&base, self.tags).serialize(serializer),
            Err(_) => Err(self.unsupported("turn it into plain data first")),
        }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let span = self.value.span();
        if self.depth > MAXIMUM_DEPTH {
            let path = Path::root();
            return Err(self.refuse(EncodeError::TooDeep { path, span }));
        }
        let json = Json {
            tags: self.tags.settle::<AtSpan>(self.value),
            ..*self
        };
        match self.value {
            Value::Bool { val, .. } => serializer.serialize_bool(*val),
            Value::Int { val, .. } => serializer.serialize_i64(*val),
            Value::Float { val, .. } => serializer.serialize_f64(*val),
            Value::String { val, .. } | Value::Glob { val, .. } => serializer.serialize_str(val),
            Value::Nothing { .. } => serializer.serialize_unit(),
            Value::Record { val, .. } => json.record(serializer, val),
            Value::List { vals, .. } => json.list(serializer, vals),
            Value::Filesize { val, .. } => json.tags.write(serializer, Tag::Filesize, val.get()),
            Value::Duration { val, .. } => json.tags.write(serializer, Tag::Duration, val),
            Value::Date { val, .. } => json.tags.write(serializer, Tag::Datetime, val.to_rfc3339()),
            Value::Binary { val, .. } => json.tags.write_binary(serializer, val),
            Value::Range { val, .. } => json.range(serializer, val),
            Value::CellPath { val, .. } => serializer.collect_str(val),
            Value::Custom { val, .. } => json.custom(serializer, val.as_ref()),
            Value::Closure { .. } => Err(json.unsupported("hand over data only")),
            Value::Error { error, .. } => Err(json.refuse(EncodeError::ErrorValue {
                path: Path::root(),
                error: error.clone(),
                span,
            })),
        }
    }
}
